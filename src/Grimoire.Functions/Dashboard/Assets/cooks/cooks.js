// The cooks of the account, newest first, with how far each is; and the form for a new one.

import { api, repeat, session } from '../lib/api.js';
import { h } from '../lib/dom.js';
import { at, badge, button, cost, empty, head, loading, problem, spellLink, table, to } from '../lib/ui.js';
import { shortId } from '../lib/format.js';
import { progressBar } from './progress.js';
import { statusesIn, statusFilter } from '../lib/statuses.js';
import { openNewCook } from './newCook.js';

const top = 50;

export default async function open(page) {
  const { query } = page;
  if (query.new && session.may('caster')) {
    await openNewCook(page);
    return;
  }

  const wanted = statusesIn(query.status);
  const state = { cooks: null, continuation: null, error: null };
  page.title('Cooks');

  const show = () => page.show(
    head('Cooks', session.may('caster') && h('a', { class: 'button primary', href: '#/cooks?new=true' }, 'New cook')),
    h('div', { class: 'filters' },
      statusFilter(wanted, statuses => page.go({ status: statuses.join(','), page: null }))),
    problem(state.error),
    state.cooks === null ? !state.error && loading()
      : state.cooks.length === 0 ? nothing(wanted, state)
      : h('div', { class: 'card table-card' }, table('Cooks', columns, state.cooks, cook => cook.id)),
    h('div', { class: 'actions' },
      query.page && button('Newest', () => page.go({ page: null })),
      state.continuation && button('Older cooks', () => page.go({ page: state.continuation }))));

  show();
  await repeat(page.signal, query.page ? 15 : 3, async () => {
    const found = await api('/cooks', { query: { status: query.status, top, continuation: query.page }, signal: page.signal, scoped: true });
    Object.assign(state, { cooks: found.cooks, continuation: found.continuation ?? null, error: null });
    show();
  }, error => { state.error = error; show(); });
}

const columns = [
  { name: 'Status', width: '8.5rem', cell: cook => badge(cook.status) },
  { name: 'Cook', cell: cook => [h('a', { href: to`/cooks/${cook.id}`, title: cook.id }, cook.name || shortId(cook.id)), cook.generation > 1 && h('span', { class: 'muted' }, ` generation ${cook.generation}`)] },
  { name: 'Spell', width: '11rem', cell: cook => spellLink(cook.spell, cook.spellVersion) },
  { name: 'Progress', width: '34%', class: 'whole', cell: cook => [progressBar(cook.progress, `Progress of ${cook.name || cook.id}`), cook.error && h('div', null, cook.error, ' ', h('span', { class: 'muted' }, cook.code))] },
  { name: 'Cost', width: '6.5rem', class: 'right', cell: cook => cost(cook.progress?.costUsd) },
  { name: 'Started', width: '9.5rem', cell: cook => at(cook.createdAt) },
];

function nothing(wanted, state) {
  return state.continuation ? empty('None on this page; there may be older ones.')
    : wanted.length > 0 ? empty('No cook is like that. ', h('a', { href: '#/cooks' }, 'Show all'))
    : empty('Nothing has been cooked yet. A cook casts one spell many times, over a table of inputs.');
}
