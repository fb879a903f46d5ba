// What somebody has to see to: steps that do not get on, and casts that have failed for good.

import { repeat, session } from '../lib/api.js';
import { h } from '../lib/dom.js';
import { head, section } from '../lib/ui.js';
import { Letters } from '../lib/letters.js';
import { Stalled } from '../lib/stalled.js';

export default async function open(page) {
  const show = () => page.show(
    head('Attention'),
    section('Dead letters', h('p', { class: 'muted' }, 'Casts that have failed for good and that nobody has dealt with.'), letters.view()),
    section('Stalled', h('p', { class: 'muted' }, 'Steps that have been running for long, and casts that do not get on.'), stalled.view()));
  const letters = new Letters(page, () => show());
  const stalled = new Stalled(page, () => show());
  page.title('Attention');
  show();
  const live = (list, seconds) => repeat(page.signal, seconds, () => list.load(), error => { list.error = error; show(); });
  await Promise.all([live(letters, 5), session.may('admin') && live(stalled, 10)]);
}
