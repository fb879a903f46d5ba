// What has been typed and not been saved is not lost by a click on something else.

import { h } from './dom.js';
import { ask } from './ui.js';

/**
 * As long as the page is there, whoever leaves it with something unsaved is asked first.
 * @param isUnsaved Asked when the page is about to be left.
 */
export function guard(signal, isUnsaved, what) {
  let mayLeave = false, isAsking = false;
  window.addEventListener('beforeunload', event => {
    if (isUnsaved()) event.preventDefault();
  }, { signal });
  // Before the shell hears of it, which would open the other page.
  window.addEventListener('hashchange', async event => {
    if (mayLeave || !isUnsaved()) return;
    event.stopImmediatePropagation();
    history.replaceState(null, '', event.oldURL);
    if (isAsking) return;
    isAsking = true;
    const leave = await ask({
      title: 'Leave without saving?', action: 'Leave', kind: 'danger',
      fields: () => h('p', null, `What you have changed in ${what} is not saved. It is lost when you leave.`),
      submit: async () => true,
    });
    isAsking = false;
    if (leave) {
      mayLeave = true;
      location.replace(event.newURL);
    }
  }, { signal, capture: true });
}
