// Dead letters: casts that have failed for good and that nobody has dealt with. Some of them, or all that a filter finds, are cast again or taken off the list.

import { api, session } from '../lib/api.js';
import { h } from '../lib/dom.js';
import { at, badge, button, castLink, cost, details, empty, failure, field, loading, problem, spellLink, table, to } from '../lib/ui.js';
import { count, plural } from '../lib/format.js';
import { askDiscard, askRedrive } from './letterActions.js';

const top = 25;
const names = ['spell', 'cook', 'failureCode', 'failedStep', 'since', 'until'];

export class Letters {
  constructor(page, changed) {
    Object.assign(this, { page, changed, rows: null, continuation: null, error: null, chosen: new Set(), outcome: null });
    const valueOf = name => name === 'since' || name === 'until' ? timeOf(page.query[name]) : page.query[name];
    this.filter = Object.fromEntries(names.filter(name => page.query[name]).map(name => [name, valueOf(name)]));
  }

  async load() {
    const { query, signal } = this.page;
    const found = await api('/deadletters', { query: { ...this.filter, top, continuation: query.page }, signal, scoped: true });
    Object.assign(this, { rows: found.letters, continuation: found.continuation ?? null, error: null });
    // What somebody else has dealt with meanwhile is not chosen any more.
    const here = new Set(this.rows.map(row => row.castId));
    this.chosen.forEach(castId => here.has(castId) || this.chosen.delete(castId));
    this.changed();
  }

  view() {
    const { page, rows } = this;
    const input = (label, name, props) => field(label, h('input', { value: page.query[name] ?? '', onChange: event => page.go({ [name]: event.target.value.trim(), page: null }), ...props }));
    const text = (label, name, size) => input(label, name, { size, spellcheck: 'false', autocomplete: 'off' });
    const time = (label, name) => input(label, name, { type: 'datetime-local' });
    return [
      h('div', { class: 'filters' }, text('Spell', 'spell', 14), text('Cook', 'cook', 14), text('Code of the failure', 'failureCode', 14), text('Failed step', 'failedStep', 12), time('Failed since', 'since'), time('Failed until', 'until')),
      session.may('caster') && this.actions(),
      problem(this.error),
      this.outcome && this.outcomeView(),
      rows === null ? !this.error && loading()
        : rows.length === 0 ? empty(this.nothing())
        : table('Dead letters', this.columns(), rows, row => row.castId),
      h('div', { class: 'actions pages' },
        button('First letters', () => page.go({ page: null }), { disabled: !page.query.page }),
        button('More letters', () => page.go({ page: this.continuation }), { disabled: !this.continuation })),
    ];
  }

  nothing() {
    return this.continuation || this.page.query.page ? 'None on this page.'
      : Object.keys(this.filter).length > 0 ? 'No letter is like that.'
      : 'Nothing has failed that nobody has dealt with.';
  }

  actions() {
    const some = this.chosen.size;
    const none = !this.rows?.length;
    const all = some === this.rows?.length && some > 0;
    const done = outcome => { this.outcome = outcome; this.chosen.clear(); this.changed(); document.getElementById('letters-outcome')?.focus(); return this.load(); };
    const what = () => some > 0 ? { casts: [...this.chosen] } : { filter: this.filter };
    const text = some > 0 ? `${count(some)} selected` : Object.keys(this.filter).length > 0 ? 'all that the filter finds' : 'all letters';
    return h('div', { class: 'actions letter-actions' },
      button(all ? 'Select none' : 'Select this page', () => { all ? this.chosen.clear() : this.rows.forEach(row => this.chosen.add(row.castId)); this.changed(); }, { disabled: none }),
      button(`Redrive ${text}…`, () => askRedrive(what(), text, done), { kind: 'primary', disabled: none && !this.continuation }),
      button(`Discard ${text}…`, () => askDiscard(what(), text, done), { kind: 'danger', disabled: none && !this.continuation }));
  }

  columns() {
    const choose = (row, event) => { event.target.checked ? this.chosen.add(row.castId) : this.chosen.delete(row.castId); this.changed(); };
    return [
      session.may('caster') && { name: 'Select', width: '4.5rem', cell: row => h('input', { type: 'checkbox', checked: this.chosen.has(row.castId), 'aria-label': `Select ${row.castId}`, onChange: event => choose(row, event) }) },
      { name: 'Spell', width: '9rem', cell: row => spellLink(row.spell, row.spellVersion) },
      { name: 'Failed step', width: '7rem', cell: row => row.failure.step ?? '–' },
      { name: 'Code', width: '9rem', cell: row => h('code', null, row.failure.code) },
      { name: 'Message', class: 'whole', cell: row => details(h('span', { class: 'letter-summary' }, row.failure.message), failure(row.failure)) },
      { name: 'When', width: '9.5rem', cell: row => at(row.failedAt) },
      { name: 'Cost', width: '6rem', class: 'right', cell: row => cost(row.costUsd) },
      { name: 'Cast', width: '9.5rem', cell: castOf },
    ].filter(Boolean);
  }

  /** What came of redriving or discarding, with the reason of each that was refused. */
  outcomeView() {
    const { verb, done, refused, remaining, more } = this.outcome;
    return h('div', { id: 'letters-outcome', class: 'outcome', tabindex: '-1', role: 'status' },
      h('p', null, h('strong', null, `${plural(done.length, 'letter')} ${verb}`), refused.length > 0 && `, ${count(refused.length)} refused`,
        remaining > 0 && `, ${count(remaining)}${more ? ' or more' : ''} left`, '. ', button('Close', () => { this.outcome = null; this.changed(); }, { kind: 'small' })),
      done.some(one => one.again || one.cookId) && details('Which', h('ul', { class: 'findings' }, done.slice(0, 200).map(one => h('li', { key: one.castId, class: 'wrap' }, castLink(one.castId, one.castId),
        one.again && [' is cast again as ', castLink(one.again, one.again)], one.cookId && [' is cast again by its cook ', h('a', { href: to`/cooks/${one.cookId}` }, one.cookId)], one.replayed && ' (it was there already)')))),
      refused.length > 0 && h('ul', { class: 'findings outcome-refused', tabindex: '0', 'aria-label': 'Refused' }, refused.map(one => h('li', { key: one.castId, class: 'wrap' },
        castLink(one.castId, one.castId), ' ', one.message, ' ', h('span', { class: 'muted' }, one.code)))));
  }
}

function castOf(row) {
  return [
    row.neverBegun ? h('span', null, badge('failed', 'never begun')) : castLink(row.castId),
    row.cook && h('div', null, h('a', { href: to`/cooks/${row.cook.cookId}`, title: `of the cook ${row.cook.cookId}` }, `piece ${row.cook.piece}`)),
    row.redriveOf && h('div', null, 'redrive of ', castLink(row.redriveOf)),
  ];
}

/** "2026-01-31T12:30", as an input for times has it, is local time. */
const timeOf = text => Number.isNaN(new Date(text).getTime()) ? text : new Date(text).toISOString();
