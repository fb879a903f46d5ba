// The casts of the account, newest first: found by status, spell and time; the first page keeps itself up to date.

import { api, newIdempotencyKey, path, repeat, session } from '../lib/api.js';
import { h } from '../lib/dom.js';
import { ask, at, badge, button, castLink, cost, empty, field, head, loading, problem, say, spellLink, table, to } from '../lib/ui.js';
import { inFlight, statusesIn, statusFilter } from '../lib/statuses.js';
import { plural } from '../lib/format.js';
import { waitText } from './waits.js';

const top = 50;

export default async function open(page) {
  const { query } = page;
  const wanted = statusesIn(query.status);
  const filter = { status: query.status, spell: query.spell, cook: query.cook, from: timeOf(query.from), to: timeOf(query.to), children: query.children };
  const state = { casts: null, continuation: null, error: null, spells: [] };
  page.title('Casts');

  const failed = error => { state.error = error; show(); };
  const show = () => page.show(
    head('Casts',
      session.may('caster') && h('a', { class: 'button primary', href: '#/spells' }, 'Cast a spell'),
      session.may('caster') && wanted.includes('failed') && !query.cook && button('Redrive all failed…', () => redriveListed(filter).catch(failed)),
      session.may('caster') && wanted.length > 0 && wanted.every(status => inFlight.includes(status)) && state.casts?.length > 0 && button('Cancel these…', () => cancelListed(state.casts), { kind: 'danger' })),
    h('div', { class: 'filters' },
      statusFilter(wanted, statuses => page.go({ status: statuses.join(','), page: null })),
      field('Spell', h('input', { value: query.spell ?? '', list: 'spells', size: 16, spellcheck: 'false', autocomplete: 'off', onChange: event => page.go({ spell: event.target.value.trim(), page: null }) })),
      h('datalist', { id: 'spells' }, state.spells.map(spell => h('option', { key: spell.slug, value: spell.slug }))),
      h('details', { class: 'field', open: ['from', 'to', 'children'].some(name => query[name]) }, h('summary', null, 'More filters'), h('div', { class: 'filters' },
        field('From', h('input', { type: 'datetime-local', value: query.from ?? '', onChange: event => page.go({ from: event.target.value, page: null }) })),
        field('To', h('input', { type: 'datetime-local', value: query.to ?? '', onChange: event => page.go({ to: event.target.value, page: null }) })),
        field('Id of a cast', h('input', { size: 14, placeholder: 'main-…', spellcheck: 'false', autocomplete: 'off', onChange: event => { if (event.target.value.trim()) location.hash = to`/casts/${event.target.value.trim()}`; } })),
        h('label', { class: 'field' }, h('input', { type: 'checkbox', checked: query.children === 'true', onChange: event => page.go({ children: event.target.checked ? 'true' : null, page: null }) }), ' Sub-casts too'))),
      query.cook && h('p', { class: 'field' }, 'Pieces of the cook ', h('a', { href: to`/cooks/${query.cook}` }, query.cook), ' ', button('All casts', () => page.go({ cook: null, page: null }), { kind: 'quiet' }))),
    problem(state.error),
    state.casts === null ? !state.error && loading()
      : state.casts.length === 0 ? nothing(page, state)
      : h('div', { class: 'card table-card' }, table('Casts', columns, state.casts, cast => cast.id)),
    h('div', { class: 'actions' },
      query.page && button('Newest', () => page.go({ page: null })),
      state.continuation && button('Older casts', () => page.go({ page: state.continuation }))));

  show();
  api('/spells', { query: { top: 200 }, signal: page.signal, scoped: true }).then(found => { state.spells = found.spells; show(); }, failed);
  // Older pages do not change but for casts that still run.
  await repeat(page.signal, query.page ? 15 : 3, async () => {
    const casts = [];
    let continuation = query.page, asked = 0;
    // A page of the API may have passed over others and be short: a few at once are one page here.
    do {
      const found = await api('/casts', { query: { ...filter, top, continuation }, signal: page.signal, scoped: true });
      casts.push(...found.casts);
      continuation = found.continuation ?? null;
    } while (continuation && casts.length < top / 2 && ++asked < 5);
    Object.assign(state, { casts, continuation, error: null });
    show();
  }, failed);
}

const columns = [
  { name: 'Status', width: '8rem', cell: cast => badge(cast.status) },
  { name: 'Cast', width: '9.5rem', cell: cast => castLink(cast.id) },
  { name: 'Spell', width: '14rem', cell: cast => spellLink(cast.spell, cast.spellVersion) },
  { name: 'Now', class: 'whole', cell: nowOf },
  { name: 'Steps', width: '5.5rem', cell: cast => cast.steps ?? '–' },
  { name: 'Cost', width: '6rem', class: 'right', cell: cast => cost(cast.costUsd) },
  { name: 'Started', width: '9rem', cell: cast => at(cast.createdAt) },
];

function nowOf(cast) {
  if (cast.error) {
    return cast.error;
  }
  if (cast.needsReconciliation) {
    return 'Something of it could not be stored.';
  }
  return (cast.running ?? []).map(step => h('div', { key: step.id }, waitText(step)));
}

function nothing(page, state) {
  const filtered = Object.keys(page.query).length > 0;
  return state.continuation ? empty('None on this page; there may be older ones.')
    : filtered ? empty('No cast is like that. ', button('Show all', () => { location.hash = '/casts'; }))
    : empty('Nothing has been cast yet. ', h('a', { href: '#/spells' }, 'Cast a spell'), ' and watch it here.');
}

/** "2026-01-31T12:30", as an input for times has it, is local time. */
const timeOf = text => text && !Number.isNaN(new Date(text).getTime()) ? new Date(text).toISOString() : null;

/** Everything that the filter finds, a page of the API at a time. The key is that of all pages, to which the API adds each cast: asked again, nothing starts again. */
async function redriveListed(filter) {
  const key = newIdempotencyKey();
  // What fails again meanwhile is not part of it.
  const to = filter.to ?? new Date().toISOString();
  const some = (continuation, body) => api('/casts/redrive', {
    method: 'POST', scoped: true, headers: { 'Idempotency-Key': key }, body, query: { status: 'failed', spell: filter.spell, from: filter.from, to, top: 200, continuation },
  });
  const first = await some(null, { dryRun: true });
  await ask({
    title: 'Redrive failed casts',
    action: 'Redrive',
    fields: () => [
      h('p', null, `${first.continuation ? 'More than ' : ''}${plural(first.redriven.length, 'failed cast')} of this filter ${first.redriven.length === 1 ? 'is' : 'are'} cast again, each from the step that failed. What went well before it is not paid for again.`),
      first.refused.length > 0 && h('p', null, `${plural(first.refused.length, 'other')} cannot be: ${first.refused[0].message}`),
      field('Which version', h('select', { name: 'version' }, h('option', { value: 'original' }, 'The one that each ran'), h('option', { value: 'newest' }, 'The newest'))),
    ],
    async submit(form) {
      const version = form.elements.version.value;
      let started = 0, refused = 0, continuation = null;
      do {
        const done = await some(continuation, { version });
        [started, refused, continuation] = [started + done.redriven.length, refused + done.refused.length, done.continuation];
      } while (continuation);
      say(`${plural(started, 'cast')} started again${refused > 0 ? `, ${refused} refused` : ''}.`);
    },
  });
}

const cancelListed = casts => ask({
  title: `Cancel ${plural(casts.length, 'cast')}?`,
  action: 'Cancel them',
  kind: 'danger',
  fields: () => [h('p', null, 'Those that are listed on this page. What runs is finished, nothing new starts.'), field('Reason', h('input', { name: 'reason', maxlength: 400 }))],
  async submit(form) {
    const reason = form.elements.reason.value.trim();
    const over = await Promise.all(casts.map(cast => api(path`/casts/${cast.id}/cancel`, { method: 'POST', body: reason ? { reason } : {} }).then(() => 0, failed => {
      // It has ended meanwhile: that is what was wanted.
      if (failed.code !== 'cast.ended') throw failed;
      return 1;
    })));
    const ended = over.reduce((sum, one) => sum + one, 0);
    say(`${plural(casts.length - ended, 'cast')} will end${ended > 0 ? `, ${ended} had ended already` : ''}.`);
  },
});
