// Steps that have been running for long, and casts that do not get on; and what gets one going again, or ends it.

import { api, path, session } from '../lib/api.js';
import { h } from '../lib/dom.js';
import { ask, at, badge, button, castLink, empty, field, loading, problem, say, spellLink, table } from '../lib/ui.js';
import { ago, dateTime, plural } from '../lib/format.js';

const top = 25;

export class Stalled {
  constructor(page, changed) {
    Object.assign(this, { page, changed, rows: null, minutes: null, continuation: null, error: null });
  }

  async load() {
    const { query, signal } = this.page;
    const found = await api('/ops/stalled', { query: { minutes: query.minutes, top, continuation: query.stalled }, signal, scoped: true });
    Object.assign(this, { rows: found.stalled, minutes: found.minutes, continuation: found.continuation ?? null, error: null });
    this.changed();
  }

  view() {
    if (!session.may('admin')) return h('p', null, 'Only a key with the role admin may look at what is stalled.');
    const { page } = this;
    return [
      h('div', { class: 'filters' },
        field('Running for at least, minutes', h('input', { type: 'number', min: 0, max: 1000000, step: 1, value: page.query.minutes ?? this.minutes ?? '', onChange: event => page.go({ minutes: event.target.value, stalled: null }) })),
        h('p', { class: 'field muted' }, '0 lists all that runs now. What is paused is not stalled.')),
      problem(this.error),
      this.rows === null ? !this.error && loading()
        : this.rows.length === 0 ? empty(page.query.stalled || this.continuation ? 'None on this page.' : `Nothing has been running for ${plural(this.minutes, 'minute')} or longer.`)
        : table('Stalled steps and casts', this.columns(), this.rows, row => `${row.castId} ${row.step ?? ''}`),
      (page.query.stalled || this.continuation) && h('div', { class: 'actions pages' },
        button('First stalled', () => page.go({ stalled: null }), { disabled: !page.query.stalled }),
        button('More stalled', () => page.go({ stalled: this.continuation }), { disabled: !this.continuation })),
    ];
  }

  columns() {
    return [
      { name: 'Cast', width: '9.5rem', cell: row => castLink(row.castId) },
      { name: 'Spell', width: '9rem', cell: row => spellLink(row.spell, row.spellVersion) },
      { name: 'Status', width: '8rem', cell: row => badge(row.castStatus) },
      { name: 'Step', width: '11rem', cell: row => row.step ? [row.name ?? row.step, ' ', h('span', { class: 'muted' }, row.of)] : '–' },
      { name: 'Attempt', width: '5.5rem', cell: row => row.attempt ?? '–' },
      { name: 'Since', width: '9.5rem', cell: row => at(row.since) },
      { name: 'Waits for', class: 'whole', cell: waitOf },
      { name: 'Action', width: '8rem', cell: row => session.may('caster') && button('Recover…', () => this.recover(row), { 'aria-label': `Recover ${row.castId}` }) },
    ];
  }

  recover(row) {
    return ask({
      title: 'Recover a cast',
      action: 'Recover',
      fields: () => [
        h('p', { class: 'wrap' }, h('code', null, row.castId)),
        field('How', h('select', { name: 'how' },
          h('option', { value: 'resume' }, 'Get it going again'),
          h('option', { value: 'fail' }, 'End it: it fails'))),
        h('p', { class: 'hint' }, 'Going again, it goes over what is stored: no tool is called again for an attempt that has ended. Ended, its open steps are closed, its cost is counted, and it can be redriven.'),
        field('Reason', h('input', { name: 'reason', maxlength: 500, autocomplete: 'off' }), 'May be left out.'),
      ],
      submit: async form => {
        const answer = await api(path`/casts/${row.castId}/recover`, { method: 'POST', body: { action: form.elements.how.value, reason: form.elements.reason.value.trim() || null } });
        say(outcomes[answer.done] ?? answer.done);
        await this.load();
      },
    });
  }
}

const outcomes = {
  restarted: 'Its orchestration was gone: it was started anew.',
  resumed: 'It was suspended, and goes on.',
  woken: 'Something had come for it that it had not taken: it was woken.',
  nothing: 'There was nothing to do: it goes on by itself.',
  failed: 'It was ended.',
};

const until = (what, row) => row.waitsUntil ? `${what}: until ${dateTime(row.waitsUntil)}, ${ago(row.waitsUntil)}` : what;

function waitOf(row) {
  switch (row.waitsFor) {
    case 'time': return until('time', row);
    case 'retry': return until('its next attempt', row);
    case 'circuit': return until('its tool, which is left alone', row);
    case 'job': return until('its job', row);
    case 'approval': return until('an answer', row);
    case 'start': return 'its start: it was accepted and has not begun';
    case 'nextStep': return 'its next step: none runs, and nothing has changed since';
    default: return 'its attempt, or a sub-cast, which is under way';
  }
}
