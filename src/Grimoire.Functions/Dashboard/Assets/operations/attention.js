// What somebody has to see to: what people are asked, steps that do not get on, and casts that have failed for good.

import { ApiError, repeat, session } from '../lib/api.js';
import { h } from '../lib/dom.js';
import { head, section } from '../lib/ui.js';
import { Approvals } from './approvals.js';
import { Letters } from './letters.js';
import { Stalled } from './stalled.js';

export default async function open(page) {
  let isReady = false;
  const show = () => isReady && page.show(
    head('Attention'),
    section('Waiting for an answer', approvals.view()),
    section('Stalled', h('p', { class: 'muted' }, 'Steps that have been running for long, and casts that do not get on.'), stalled.view()),
    section('Dead letters', h('p', { class: 'muted' }, 'Casts that have failed for good and that nobody has dealt with.'), letters.view()));
  const approvals = new Approvals(page, show);
  const stalled = new Stalled(page, show);
  const letters = new Letters(page, show);
  page.title('Attention');

  const failed = list => error => {
    if (!(error instanceof ApiError)) throw error;
    list.error = error;
    show();
  };
  const all = session.may('admin') ? [approvals, stalled, letters] : [approvals, letters];
  // All once before anything is shown: the one that answers later does not push the others away.
  await Promise.all(all.map(list => list.load().catch(failed(list))));
  isReady = true;
  show();
  await Promise.all(all.map(list => repeat(page.signal, 5, () => list.load(), failed(list))));
}
