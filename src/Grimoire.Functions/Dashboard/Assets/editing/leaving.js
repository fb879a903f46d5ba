// What has been typed and not been saved is not lost by a click on something else.

import { session } from '../lib/api.js';
import { h } from '../lib/dom.js';
import { ask } from '../lib/ui.js';
import { unsaved } from '../lib/unsaved.js';

/** What was there when the key ended, for whoever signs in again. */
let kept = null;

/**
 * As long as the page is there, whoever leaves it with something unsaved is asked first.
 * @param text Gives what is unsaved, or null if nothing is; asked when the page is about to be left.
 * @returns What was unsaved here when the key ended, or null.
 */
export function guard(signal, text, what) {
  const isUnsaved = () => text() !== null;
  const account = session.account ?? session.me.account;
  let mayLeave = false, isAsking = false;
  const stays = (event, leave) => {
    event.preventDefault();
    if (isAsking) return;
    isAsking = true;
    ask({
      title: 'Leave without saving?', action: 'Leave', kind: 'danger',
      fields: () => h('p', null, `What you have changed in ${what} is not saved. It is lost when you leave.`),
      submit: async () => true,
    }).then(answer => {
      isAsking = false;
      if (answer && !signal.aborted) {
        mayLeave = true;
        leave();
      }
    });
  };

  // The page may be gone in spite of that (the key does not hold any more): then there is nobody to ask.
  signal.addEventListener('abort', () => {
    if (!session.me && isUnsaved()) kept = { place: location.hash, account, text: text() };
    if (isAsking) document.querySelector('dialog[open]')?.dispatchEvent(new Event('cancel', { cancelable: true }));
  }, { once: true });
  unsaved.check = isUnsaved;
  signal.addEventListener('abort', () => { unsaved.check = () => false; }, { once: true });
  window.addEventListener('beforeunload', event => {
    if (isUnsaved()) event.preventDefault();
  }, { signal });
  // "hashchange" comes too late: the shell has opened the other page by then.
  if ('navigation' in window) {
    window.navigation.addEventListener('navigate', event => {
      if (mayLeave || !event.hashChange || !event.cancelable || !isUnsaved()) return;
      const { url, key } = event.destination;
      stays(event, event.navigationType === 'traverse' ? () => window.navigation.traverseTo(key) : () => { location.hash = new URL(url).hash; });
    }, { signal });
  } else {
    document.addEventListener('click', event => {
      const link = event.target.closest?.('a[href^="#/"]');
      if (link && !mayLeave && !event.ctrlKey && !event.metaKey && !event.shiftKey && isUnsaved()) stays(event, () => { location.hash = link.hash; });
    }, { signal, capture: true });
  }

  const back = kept?.place === location.hash && kept.account === account ? kept.text : null;
  if (back !== null) kept = null;
  return back;
}
