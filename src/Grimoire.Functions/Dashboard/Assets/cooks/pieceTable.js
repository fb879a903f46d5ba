// The pieces of a cook as a table, a page at a time, found by status. What each was given is read with its cast, only for those that are shown.

import { api, path } from '../lib/api.js';
import { h } from '../lib/dom.js';
import { badge, button, castLink, cost, empty, loading, problem, table } from '../lib/ui.js';
import { count, duration } from '../lib/format.js';
import { pieceStatuses } from './progress.js';

const perPage = 25;
const atOnce = 4;
const mostKept = 500;

export class PieceTable {
  constructor(cookId, page, changed) {
    const { query } = page;
    const wanted = (query.status ?? '').split(',').filter(status => pieceStatuses.includes(status));
    Object.assign(this, { cookId, page, changed, wanted, rows: null, continuation: null, error: null, inputs: new Map() });
  }

  async load() {
    const { query, signal } = this.page;
    const asked = this.asked = (this.asked ?? 0) + 1;
    const found = await api(path`/cooks/${this.cookId}/pieces`, { query: { top: perPage, status: this.wanted.join(','), continuation: query.piece }, signal });
    // An answer that was overtaken says what is over.
    if (asked !== this.asked) return;
    Object.assign(this, { rows: found.pieces, continuation: found.continuation ?? null, error: null });
    this.changed();
    this.loadInputs();
  }

  /** Of a few casts at once: the table is there before them. */
  async loadInputs() {
    const missing = this.rows.map(row => row.castId).filter(castId => castId && !this.inputs.has(castId));
    if (this.inputs.size > mostKept) this.inputs.clear();
    const next = async () => {
      for (let castId = missing.shift(); castId && !this.page.signal.aborted; castId = missing.shift()) {
        this.inputs.set(castId, await api(path`/casts/${castId}`, { signal: this.page.signal }).then(cast => cast.inputs, error => ({ missing: error.message })));
      }
    };
    if (missing.length === 0) return;
    await Promise.all(Array.from({ length: atOnce }, next));
    this.changed();
  }

  /** @param counts How many pieces there are of each status. */
  view(counts) {
    const { page, wanted } = this;
    const all = pieceStatuses.reduce((sum, status) => sum + counts[status], 0);
    const toggle = status => {
      const next = wanted.includes(status) ? wanted.filter(other => other !== status) : [...wanted, status];
      page.go({ status: next.join(','), piece: null });
    };
    return [
      h('div', { class: 'filters' }, h('div', { class: 'group', role: 'group', 'aria-label': 'Pieces with the status' },
        h('button', { type: 'button', class: 'button', 'aria-pressed': String(wanted.length === 0), onClick: () => page.go({ status: null, piece: null }) }, 'All ', h('span', { class: 'number' }, count(all))),
        pieceStatuses.map(status => h('button', { key: status, type: 'button', class: 'button', 'aria-pressed': String(wanted.includes(status)), onClick: () => toggle(status) }, status, ' ', h('span', { class: 'number' }, count(counts[status])))))),
      problem(this.error),
      this.rows === null ? !this.error && loading()
        : this.rows.length === 0 ? empty('No piece is like that now.')
        : table('Pieces', this.columns(), this.rows, row => String(row.piece)),
      h('div', { class: 'actions pages' },
        button('First', () => page.go({ piece: null }), { disabled: !page.query.piece }),
        button('Next pieces', () => page.go({ piece: this.continuation }), { disabled: !this.continuation })),
    ];
  }

  columns() {
    return [
      { name: 'Piece', width: '4.5rem', cell: row => h('span', { class: 'number' }, row.piece) },
      { name: 'Status', width: '8rem', cell: row => badge(row.status) },
      { name: 'Inputs', class: 'whole', cell: row => this.inputsOf(row) },
      { name: 'Error', class: 'whole', cell: row => row.error && h('span', { class: 'clip', title: row.error }, row.error.includes(row.code) ? row.error : `${row.error} (${row.code})`) },
      { name: 'Took', width: '6rem', class: 'right', cell: row => row.startedAt && row.endedAt ? h('span', { class: 'number' }, duration(new Date(row.endedAt) - new Date(row.startedAt))) : '–' },
      { name: 'Cost', width: '6rem', class: 'right', cell: row => cost(row.costUsd) },
      { name: 'Cast', width: '9.5rem', cell: row => row.castId ? castLink(row.castId) : '–' },
    ];
  }

  inputsOf(row) {
    const inputs = row.castId && this.inputs.get(row.castId);
    if (!inputs) return row.castId ? '…' : '–';
    if ('missing' in inputs && typeof inputs.missing === 'string' && Object.keys(inputs).length === 1) return h('span', { class: 'muted' }, inputs.missing);
    return h('span', { class: 'clip', title: summary(inputs, 2000) }, summary(inputs, 160));
  }
}

function summary(inputs, most) {
  const text = Object.entries(inputs).map(([name, value]) => `${name}: ${typeof value === 'string' ? value : JSON.stringify(value)}`).join(', ');
  return text.length > most ? `${text.slice(0, most)}…` : text || 'none';
}
