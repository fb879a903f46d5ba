// What is kept no longer and would go now, the last round, and a way to begin one: for operators.

import { api } from '../lib/api.js';
import { h } from '../lib/dom.js';
import { ask, at, button, details, facts, problem, say, section, table } from '../lib/ui.js';
import { bytes, count } from '../lib/format.js';

const kinds = { deadLetters: 'dead letters', cooks: 'cooks', casts: 'casts', artifacts: 'artifacts', histories: 'histories', idempotencyKeys: 'idempotency keys', usage: 'days of usage' };
const nameOf = kind => kinds[kind] ?? kind;

export class Retention {
  constructor(page, changed) {
    Object.assign(this, { page, changed, found: null, error: null });
  }

  async load() {
    this.found = await api('/ops/retention', { signal: this.page.signal });
    this.error = null;
    this.changed();
  }

  view() {
    const { found } = this;
    return section('Retention',
      h('p', { class: 'muted' }, 'What is kept no longer and would be removed now, of all accounts.'),
      problem(this.error),
      h('div', { class: 'retention' }, found && [
        table('What would be removed now', columns, found.due, row => row.kind),
        facts(factsOf(found)),
        found.round?.trouble && h('p', { class: 'problem' }, found.round.trouble),
      ]),
      h('div', { class: 'actions pages' }, button('Begin a round…', () => this.begin(), { kind: 'danger', disabled: !found })));
  }

  begin() {
    const { due } = this.found;
    const goes = due.filter(row => row.count > 0);
    return ask({
      title: 'Begin a round of retention',
      action: 'Begin',
      kind: 'danger',
      fields: () => goes.length === 0 ? h('p', null, 'Nothing would be removed as it is now. The round looks again.')
        : [h('p', null, 'These are removed now, and cannot be brought back:'), h('ul', null, goes.map(row => h('li', { key: row.kind }, `${count(row.count)}${row.more ? ' or more' : ''} ${nameOf(row.kind)}`)))],
      submit: async () => {
        const asked = await api('/ops/retention', { method: 'POST' });
        say(`Round ${asked.round} is asked for.`);
        await this.load();
      },
    });
  }
}

const columns = [
  { name: 'Kind', cell: row => nameOf(row.kind) },
  { name: 'Kept for', cell: row => row.keep ?? h('span', { class: 'muted' }, 'ever') },
  { name: 'Would go', class: 'right', cell: row => h('span', { class: 'number' }, count(row.count), row.more && ' or more') },
  { name: 'Bytes', class: 'right', cell: row => row.bytes ? h('span', { class: 'number' }, bytes(row.bytes)) : '–' },
  { name: 'Oldest', cell: row => row.oldest ? at(row.oldest) : '–' },
  { name: 'Which', class: 'whole', cell: row => row.names.length > 0 ? details(row.names.length < row.count ? `the first ${row.names.length}` : 'names', h('ul', { class: 'findings wrap' }, row.names.map(name => h('li', { key: name }, name)))) : '–' },
];

function factsOf({ round, cooksBeingRemoved }) {
  const removed = Object.entries(round?.removed ?? {}).filter(([, some]) => some > 0).map(([kind, some]) => `${count(some)} ${nameOf(kind)}`).join(', ');
  return [
    ['Last round', round ? `${round.round}: ${round.state}` : 'none yet'],
    ['Began', at(round?.startedAt)],
    ['Ended', at(round?.endedAt)],
    ['Removed in it', removed || '–'],
    ['Cooks being removed', count(cooksBeingRemoved)],
  ];
}
