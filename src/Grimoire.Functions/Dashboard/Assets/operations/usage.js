// What an account has used: by day, spell or tool, and for operators by account; and what it may use.

import { ApiError, api, repeat, session } from '../lib/api.js';
import { dayBars } from './bars.js';
import { h } from '../lib/dom.js';
import { button, cost, empty, facts, field, head, loading, problem, section, table, to } from '../lib/ui.js';
import { count, money } from '../lib/format.js';
import { download } from '../lib/download.js';

const kinds = { day: 'Day', spell: 'Spell', tool: 'Tool', account: 'Account' };

/** Days are those of UTC, as in the answers. */
const daysAgo = days => new Date(Date.now() - days * 86_400_000).toISOString().slice(0, 10);

export default async function open(page) {
  const { query, signal } = page;
  const by = query.by in kinds && (query.by !== 'account' || session.me.operator) ? query.by : 'day';
  const range = { from: query.from ?? daysAgo(29), to: query.to ?? daysAgo(0) };
  const state = { usage: null, days: null, error: null, isSaving: false };
  page.title('Usage');

  const save = async () => {
    state.isSaving = true;
    show();
    try {
      await download('/usage', { query: { ...range, by, format: 'csv' }, scoped: true, signal, name: `usage-by-${by}-${range.from}-${range.to}.csv` });
    } catch (error) {
      if (signal.aborted) return;
      if (!(error instanceof ApiError) && !('code' in error)) throw error;
      state.error = error;
    }
    state.isSaving = false;
    show();
  };

  const day = (label, name) => field(label, h('input', { type: 'date', value: range[name], max: daysAgo(-1), onChange: event => page.go({ [name]: event.target.value }) }));
  const show = () => page.show(
    head('Usage', button('Download CSV', save, { disabled: state.isSaving })),
    h('div', { class: 'filters' },
      day('From', 'from'), day('To', 'to'),
      h('div', { class: 'field' }, h('span', { class: 'label', id: 'by-label' }, 'By'),
        h('div', { class: 'group', role: 'group', 'aria-labelledby': 'by-label' }, Object.entries(kinds).filter(([kind]) => kind !== 'account' || session.me.operator).map(([kind, name]) =>
          h('button', { key: kind, type: 'button', class: 'button', 'aria-pressed': String(kind === by), onClick: () => page.go({ by: kind === 'day' ? null : kind }) }, name)))),
      h('p', { class: 'field muted' }, 'Days of UTC, both included.')),
    problem(state.error),
    state.usage === null ? !state.error && loading() : content(state, by));

  const load = async () => {
    const ask = kind => api('/usage', { query: { ...range, by: kind }, signal, scoped: true });
    // The bars are those of one account: where all are listed, there are none.
    const [usage, days] = await Promise.all([ask(by), by === 'day' || by === 'account' ? null : ask('day')]);
    Object.assign(state, { usage, days: by === 'day' ? usage : days, error: null });
    show();
  };
  await repeat(signal, 15, load, error => { state.error = error; show(); });
}

function content({ usage, days }, by) {
  const { totals, rows, now } = usage;
  return [
    section('In all', facts([
      ['Cost', cost(totals.costUsd)],
      ['Casts completed', number(totals.casts?.completed)],
      ['Casts failed', number(totals.casts?.failed)],
      ['Casts cancelled', number(totals.casts?.cancelled)],
      ['Attempts', number(totals.attempts)],
    ]), days && dayBars(days.from, days.to, days.rows)),
    now && section(`Now${usage.account ? `: ${usage.account}` : ''}`, facts(limitsOf(now))),
    rows.length === 0 ? empty('Nothing was used in that time.')
      : h('div', { class: 'card table-card' }, table(`Usage by ${by}`, columnsOf(by, totals.costUsd), rows, row => row[by] ?? '')),
  ];
}

function columnsOf(by, allUsd) {
  const share = row => allUsd > 0 ? 100 * row.costUsd / allUsd : 0;
  return [
    { name: kinds[by], cell: row => nameOf(row, by) },
    ...by === 'tool' ? [] : [
      { name: 'Completed', class: 'right', cell: row => number(row.casts?.completed) },
      { name: 'Failed', class: 'right', cell: row => number(row.casts?.failed) },
      { name: 'Cancelled', class: 'right', cell: row => number(row.casts?.cancelled) },
    ],
    { name: 'Attempts', class: 'right', cell: row => number(row.attempts) },
    { name: 'Cost', class: 'right', cell: row => cost(row.costUsd) },
    { name: 'Share', class: 'usage-share', cell: row => [h('div', { class: 'progress', 'aria-hidden': 'true' }, h('span', { style: { width: `${share(row)}%` } })), h('span', { class: 'number' }, `${share(row).toFixed(1)} %`)] },
  ];
}

function nameOf(row, by) {
  switch (by) {
    case 'spell': return row.spell ? row.spell : h('span', { class: 'muted' }, 'of casts that are gone');
    case 'tool': return h('a', { href: to`/tools/${row.tool}` }, row.tool);
    default: return row[by];
  }
}

const number = value => h('span', { class: 'number' }, value === undefined ? '–' : count(value));

function limitsOf({ limits, spentTodayUsd, spentThisMonthUsd }) {
  const spent = (usd, limit) => limit ? [money(usd), ` of ${money(limit)}, `, `${Math.round(100 * usd / limit)} %`] : [money(usd), h('span', { class: 'muted' }, ' of no limit')];
  const limit = value => value ? count(value) : 'no limit';
  return [
    ['Spent today', spent(spentTodayUsd, limits.spendPerDayUsd)],
    ['Spent this month', spent(spentThisMonthUsd, limits.spendPerMonthUsd)],
    ['Casts in flight, at most', limit(limits.castsInFlight)],
    ['Requests a minute, at most', limit(limits.requestsPerMinute)],
  ];
}
