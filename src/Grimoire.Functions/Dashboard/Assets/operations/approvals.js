// What people are asked: every step of the account that waits for an answer.

import { api, session } from '../lib/api.js';
import { answer } from '../casts/castActions.js';
import { h } from '../lib/dom.js';
import { at, button, castLink, empty, loading, problem, spellLink, table } from '../lib/ui.js';

const top = 25;

export class Approvals {
  constructor(page, changed) {
    Object.assign(this, { page, changed, rows: null, continuation: null, error: null });
  }

  async load() {
    const { query, signal } = this.page;
    const found = await api('/approvals', { query: { top, continuation: query.asked }, signal, scoped: true });
    Object.assign(this, { rows: found.approvals, continuation: found.continuation ?? null, error: null });
    this.changed();
  }

  view() {
    const { page } = this;
    return [
      problem(this.error),
      this.rows === null ? !this.error && loading()
        : this.rows.length === 0 ? empty(page.query.asked || this.continuation ? 'None on this page.' : 'Nobody is asked anything.')
        : table('Questions', this.columns(), this.rows, row => `${row.castId} ${row.step} ${row.item ?? ''}`),
      (page.query.asked || this.continuation) && h('div', { class: 'actions pages' },
        button('First questions', () => page.go({ asked: null }), { disabled: !page.query.asked }),
        button('More questions', () => page.go({ asked: this.continuation }), { disabled: !this.continuation })),
    ];
  }

  columns() {
    return [
      { name: 'Question', class: 'whole', cell: row => row.question || 'An answer is wanted' },
      { name: 'Step', width: '11rem', cell: row => [row.name ?? row.step, row.item !== undefined && h('span', { class: 'muted' }, ` element ${row.item}`)] },
      { name: 'Spell', width: '9rem', cell: row => spellLink(row.spell, row.spellVersion) },
      { name: 'Cast', width: '9.5rem', cell: row => castLink(row.castId) },
      { name: 'Since', width: '9.5rem', cell: row => at(row.since) },
      { name: 'Until', width: '9.5rem', cell: row => at(row.until) },
      { name: 'Action', width: '8rem', cell: row => session.may('caster') && button('Answer…', () => this.answer(row), { 'aria-label': `Answer ${row.step} of ${row.castId}` }) },
    ];
  }

  answer({ castId, step, item }) {
    return answer(castId, step, item, () => this.load(), { mayChoose: false });
  }
}
