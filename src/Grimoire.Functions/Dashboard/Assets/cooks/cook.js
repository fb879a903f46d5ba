// A cook as it goes on: how far it is, what it costs, a cell for each piece, and the pieces as a table.

import { api, path, repeat } from '../lib/api.js';
import { h } from '../lib/dom.js';
import { at, badge, copy, button, cost, facts, failure, head, problem, section, spellLink, to } from '../lib/ui.js';
import { ago, count, dateTime, duration, money } from '../lib/format.js';
import { pieceStatuses, progressBar } from './progress.js';
import { cookActions, Downloads } from './cookActions.js';
import { PieceGrid } from './pieceGrid.js';
import { Pieces } from './pieces.js';
import { PieceTable } from './pieceTable.js';
import { hasEnded } from '../lib/statuses.js';
import { whenTurned } from '../lib/theme.js';

const perRead = 1000;
/** The cook that was looked at last: with another filter of its table, its pieces are not got again. */
let kept = null;

export default async function open(page) {
  const { id } = page.params;
  const { signal } = page;
  const read = () => api(path`/cooks/${id}`, { signal });
  const state = { cook: null, error: null };
  let show = () => {};
  const pieceTable = new PieceTable(id, page, () => show());
  const tableAgain = () => pieceTable.load().catch(error => { pieceTable.error = error; show(); });
  // Both before anything is shown: what comes later pushes nothing away.
  [state.cook] = await Promise.all([read(), tableAgain()]);
  if (signal.aborted) return;
  if (kept?.pieces.cookId !== id) {
    const pieces = new Pieces(id, state.cook.progress.total);
    kept = { pieces, grid: new PieceGrid(pieces, castId => { location.hash = to`/casts/${castId}`; }), byCost: false };
  }
  const { pieces, grid } = kept;
  const downloads = new Downloads(id, page, () => show());
  page.title(state.cook.settings.name || 'Cook');

  const refresh = async () => {
    state.cook = await read();
    state.error = null;
    show();
  };
  const failed = error => { state.error = error; show(); };
  const shade = event => { kept.byCost = event.target.checked; grid.shade(kept.byCost); };

  show = () => {
    const { cook } = state;
    const counts = pieces.isFilled ? pieces.counts : cook.progress;
    page.show(
      head([cook.settings.name || 'Cook', ' ', badge(cook.status)], cookActions(cook, () => refresh().catch(failed))),
      h('p', { class: 'muted' }, h('code', null, cook.id), ' ', button('Copy id', () => copy(cook.id), { kind: 'quiet' })),
      h('div', { class: 'live-trouble' }, problem(state.error)),
      section('Progress', progressBar(cook.progress), stateLine(cook, pieces.pausedFor), facts(factsOf(cook))),
      section('Pieces at a glance',
        h('div', { class: 'grid-legend' },
          h('ul', { class: 'legend', 'aria-label': 'Pieces by status' }, pieceStatuses.map(status => h('li', { key: status }, badge(status), ' ', h('span', { class: 'number' }, count(counts[status]))))),
          h('label', null, h('input', { type: 'checkbox', checked: kept.byCost, onChange: shade }), ' Shade by cost ', h('span', { class: 'muted' }, `(full: ${money(pieces.dearest)})`))),
        h('div', { key: `grid-${id}`, class: 'piece-grid', own: true, ref: box => grid.mount(box) })),
      section('Pieces', pieceTable.view(counts)),
      cook.failure && section('Why it failed', failure(cook.failure)),
      section('Download', downloads.view()));
  };

  show();
  grid.layOut();
  whenTurned(signal, () => grid.draw());
  const changed = () => { grid.refresh(); show(); };
  const fill = async () => { await pieces.fill(signal, changed); return false; };
  if (!pieces.isFilled) await repeat(signal, 1, fill, failed);
  await live({ id, signal, pieces, state, changed, refresh, tableAgain, failed });
}

/** Reads what happens for as long as the cook runs; then looks now and then whether somebody lets it go on. */
async function live({ id, signal, pieces, state, changed, refresh, tableAgain, failed }) {
  const onEvents = async () => {
    let news;
    do {
      const events = await api(path`/cooks/${id}/events`, { query: { after: pieces.after, limit: perRead, wait: pieces.after === 0 ? 0 : 20 }, signal });
      events.events.forEach(event => pieces.take(event));
      pieces.pausedFor = events.events.findLast(event => event.type === 'cook.paused')?.data?.reason ?? pieces.pausedFor;
      pieces.after = events.next;
      news = events;
      changed();
    } while (news.events.length === perRead);
    await refresh();
    tableAgain();
    return !news.ended;
  };
  const onRest = async () => {
    await refresh();
    return hasEnded(state.cook.status);
  };
  let stopped = false;
  const trouble = error => { stopped = error.status >= 400 && error.status < 500 && error.status !== 429; failed(error); };
  while (!signal.aborted && !stopped) {
    await repeat(signal, 1, onEvents, trouble);
    if (!stopped) await repeat(signal, 3, onRest, trouble);
  }
}

/** One line, always there: what is going on, so that nothing moves when that changes. */
function stateLine(cook, pausedFor) {
  const held = cook.hold && `Held since ${dateTime(cook.hold.since)}: ${cook.hold.message} (${cook.hold.code})`;
  const why = cook.failure ? `: ${cook.failure.message} (${cook.failure.code})` : cook.reason ? `: ${cook.reason}` : '';
  const rest = hasEnded(cook.status) ? `${cook.status[0].toUpperCase()}${cook.status.slice(1)} ${cook.endedAt ? ago(cook.endedAt) : ''}${why}`
    : cook.status === 'paused' ? `Paused${pausedFor ? ` (${pausedFor})` : ''}. What runs is finished, nothing new begins.`
    : cook.expectedEnd ? `Expected to end ${ago(cook.expectedEnd)}, at ${dateTime(cook.expectedEnd)}`
    : 'When it ends is not known yet.';
  return h('p', { class: `cook-state wrap${held ? ' is-held' : cook.status === 'failed' ? ' is-failed' : ''}` }, held || rest);
}

function factsOf(cook) {
  const { progress, settings } = cook;
  const rest = cook.estimatedRestUsd;
  return [
    ['Spell', spellLink(cook.spell, cook.spellVersion)],
    ['Cost', cost(progress.costUsd)],
    ['Expected in all', hasEnded(cook.status) ? '–' : rest === null || rest === undefined ? 'not known yet' : cost(progress.costUsd + rest)],
    ['Budget', settings.budgetUsd ? [cost(settings.budgetUsd), settings.budgetUsd > 0 && h('span', { class: 'muted' }, ` ${Math.round(100 * progress.costUsd / settings.budgetUsd)} % spent`)] : 'none'],
    ['Budget of a piece', settings.pieceBudgetUsd ? cost(settings.pieceBudgetUsd) : 'none'],
    ['At once', settings.concurrency],
    ['Tolerated failures', `${settings.tolerated} %`],
    ['Generation', cook.generation],
    ['Started', at(cook.startedAt ?? cook.createdAt)],
    ['Took', progress.startedAt && cook.endedAt ? duration(new Date(cook.endedAt) - new Date(cook.startedAt)) : '–'],
    ['Casts', h('a', { href: `#/casts?cook=${encodeURIComponent(cook.id)}` }, 'in the list of casts')],
  ];
}
