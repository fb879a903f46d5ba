// One cast: what it does now, its steps over time, what it has made, inputs, output and events; and what can be done with it.

import { api, follow, path, repeat, session } from '../lib/api.js';
import { artifacts } from '../lib/artifacts.js';
import { answer, cancel, pause, recover, redrive, remove, resume } from './castActions.js';
import { h } from '../lib/dom.js';
import { eventList } from './events.js';
import { ago, dateTime, duration, money } from '../lib/format.js';
import { hasEnded } from '../lib/statuses.js';
import { stepDetails } from './stepDetails.js';
import { Timeline } from './timeline.js';
import { at, badge, button, castLink, code, copy, empty, facts, failure, head, loading, problem, section, spellLink, to } from '../lib/ui.js';
import { waitText } from './waits.js';
import { waterfall } from './waterfall.js';

const ms = text => new Date(text).getTime();

export default async function open(page) {
  const { params: { id }, signal } = page;
  const of = path`/casts/${id}`;
  const timeline = new Timeline();
  const state = { cast: null, error: null, events: [], tab: page.query.tab ?? 'artifacts', step: page.query.step ?? null, stepBody: null, open: new Set(), squeeze: null, allEvents: false };

  const show = () => page.show(view(page, state, timeline, actions));
  const refresh = async () => {
    state.cast = await api(of, { signal });
    state.error = null;
    page.title(`${state.cast.spell || 'Cast'} ${state.cast.status}`);
    show();
  };
  let reads = 0;
  const readStep = async () => {
    if (!state.step) return;
    const read = ++reads;
    const body = await api(`${of}${path`/steps/${state.step}`}`, { signal });
    // One that was overtaken is of another step, or older.
    if (read !== reads) return;
    state.stepBody = body;
    show();
  };
  const actions = {
    select(step) {
      reads++;
      Object.assign(state, { step, stepBody: null });
      keepInAddress(page, { step });
      show();
      readStep().catch(failed => { state.error = failed; show(); });
    },
    tab(tab) {
      state.tab = tab;
      keepInAddress(page, { tab });
      show();
    },
    toggle(step) { state.open.has(step) ? state.open.delete(step) : state.open.add(step); show(); },
    setSqueeze(on) { state.squeeze = on; show(); },
    showAllEvents() { state.allEvents = true; show(); },
    after: refresh,
  };

  show();
  await refresh();
  if (state.step) readStep().catch(failed => { state.error = failed; show(); });

  // Events come at once; what the API makes of them is asked for once a second at most.
  let isStale = false;
  const failed = error => { state.error = error; show(); };
  follow(signal, of, events => {
    timeline.take(events);
    state.events.push(...events);
    isStale ||= events.length > 0;
    state.error = null;
    show();
  }, failed);
  let quiet = 0;
  await repeat(signal, 1, async () => {
    quiet = isStale ? 0 : quiet + 1;
    // What the orchestration says of itself (paused, waits) is no event: asked for now and then.
    if (isStale || (quiet % 5 === 0 && !hasEnded(state.cast.status))) {
      const before = state.cast.status;
      isStale = false;
      await refresh();
      if (state.step && (before !== state.cast.status || !hasEnded(state.cast.status))) await readStep();
    } else if (!hasEnded(state.cast.status) || quiet % 20 === 0) {
      // How long ago things were goes on.
      show();
    }
  }, failed);
}

/** So that the address can be sent to somebody; without a step back for each click. */
function keepInAddress(page, changes) {
  const [place] = location.hash.split('?');
  Object.assign(page.query, changes);
  const next = new URLSearchParams(Object.entries(page.query).filter(([, value]) => value));
  history.replaceState(null, '', `${place}${next.size > 0 ? `?${next}` : ''}`);
}

function view(page, state, timeline, actions) {
  const { cast } = state;
  if (cast === null) {
    return state.error ? problem(state.error) : loading();
  }
  const from = ms(cast.createdAt);
  const until = hasEnded(cast.status) ? Math.max(ms(cast.endedAt ?? cast.updatedAt), from + 1) : Math.max(Date.now(), ms(cast.updatedAt), from + 1);
  return [
    head([cast.spell || 'Cast', ' ', badge(cast.status)], buttons(cast, actions)),
    problem(state.error),
    h('p', { class: 'unseen', role: 'status' }, `The cast is ${cast.status}.`),
    h('div', { class: `card now${cast.status === 'failed' ? ' has-failed' : ''}` }, now(cast, actions)),
    h('div', { class: 'card' }, facts([
      ['Cast', [h('span', { class: 'id' }, cast.id), ' ', button('Copy', () => copy(cast.id, 'The id is copied'), { kind: 'quiet', 'aria-label': 'Copy the id' })], 'wide'],
      ['Spell', [spellLink(cast.spell, cast.spellVersion)]],
      ['Started', at(cast.createdAt)],
      [hasEnded(cast.status) ? 'Took' : 'Running for', h('span', { class: 'number' }, duration(until - from))],
      ['Cost', [h('span', { class: 'number' }, money(cast.costUsd)), cast.budgetUsd !== undefined && cast.budgetUsd !== null && h('span', { class: 'muted' }, ` of ${money(cast.budgetUsd)}`)]],
      cast.goal && ['Goal', cast.goal],
      cast.parent && ['Step of', castLink(cast.parent.castId)],
      cast.cook && ['Piece of a cook', h('a', { href: to`/cooks/${cast.cook.cookId}` }, `piece ${cast.cook.index}`)],
      cast.redriveOf && ['Redrive of', castLink(cast.redriveOf)],
      cast.reason && ['Reason', cast.reason],
    ])),
    h('section', { class: 'card', 'aria-label': 'Steps over time' }, h('h2', null, 'Steps'),
      waterfall(cast.steps, timeline, { from, to: until, selected: state.step, select: actions.select, squeeze: state.squeeze, setSqueeze: actions.setSqueeze, open: state.open, toggle: actions.toggle })),
    state.step && stepDetails(cast, cast.steps.find(step => step.id === state.step), state.stepBody, () => actions.select(null)),
    cast.failure && section('Why it failed', failure(cast.failure)),
    tabs(state, actions, {
      artifacts: [`Artifacts (${cast.artifacts.length})`, () => cast.artifactsRemovedAt ? empty(`They were kept until ${dateTime(cast.artifactsRemovedAt)}.`) : cast.artifacts.length > 0 ? artifacts(inOrder(cast)) : empty(hasEnded(cast.status) ? 'None.' : 'None yet.')],
      values: ['Inputs and output', () => h('div', { class: 'columns' }, h('div', null, h('h3', null, 'Inputs'), code(cast.inputs)), h('div', null, h('h3', null, 'Output'), cast.output === undefined ? h('p', { class: 'muted' }, 'None.') : code(cast.output)))],
      events: [`Events (${state.events.length})`, () => eventList(state.events, state.allEvents, actions.showAllEvents)],
    }),
  ];
}

/** While it runs what is new comes last, and nothing moves; then by steps and their elements. */
function inOrder(cast) {
  if (!hasEnded(cast.status)) return cast.artifacts;
  const places = new Map(cast.steps.map((step, index) => [step.id, index]));
  return [...cast.artifacts].sort((one, other) => places.get(one.step) - places.get(other.step) || (one.item ?? 0) - (other.item ?? 0));
}

/** A line of what is going on, in a place of its own: nothing moves when it changes. */
function now(cast, actions) {
  const running = cast.now?.running ?? [];
  const asked = cast.steps.filter(step => step.status === 'running' && step.waits?.for === 'approval');
  if (cast.status === 'failed') {
    return h('p', null, h('strong', null, 'It failed. '), cast.failure?.message ?? '', cast.failure?.step && h('span', { class: 'muted' }, ` (step ${cast.failure.step})`));
  }
  if (hasEnded(cast.status)) {
    return h('p', null, cast.status === 'completed' ? `Completed ${ago(cast.endedAt)}.` : `Cancelled ${ago(cast.endedAt)}.`, cast.needsReconciliation && ' Something of it could not be stored.');
  }
  if (asked.length > 0) {
    return asked.map(step => h('div', { key: step.id, class: 'asked' },
      h('p', null, h('strong', null, step.waits.question ?? 'An answer is wanted.'), h('span', { class: 'muted' }, ` ${step.name ?? step.id} waits until ${dateTime(step.waits.until)}, ${ago(step.waits.until)}.`)),
      session.may('caster') && button('Answer…', () => answer(cast.id, step.id, step.waits.item, actions.after), { kind: 'primary' })));
  }
  const jobs = cast.steps.filter(step => step.status === 'running' && step.waits?.for === 'job');
  if (cast.status === 'paused') {
    return h('p', null, 'Paused: what runs is finished, nothing new starts.');
  }
  if (jobs.length > 0) {
    return jobs.map(step => h('p', { key: step.id }, `${step.name ?? step.id}: the service `, step.waits.state ? `says “${step.waits.state}”` : 'is at work', step.waits.progress !== undefined && ` (${Math.round(step.waits.progress * 100)} %)`,
      h('span', { class: 'muted' }, `; it is waited for until ${dateTime(step.waits.until)}.`)));
  }
  return running.length > 0 ? running.map(step => h('p', { key: step.id }, waitText(step))) : h('p', null, cast.status === 'pending' ? 'Accepted; it has not begun.' : 'Between two steps.');
}

function buttons(cast, { after }) {
  const may = session.may('caster');
  return [
    may && cast.status === 'running' && button('Pause', () => pause(cast, after)),
    may && cast.status === 'paused' && button('Resume', () => resume(cast, after)),
    may && !hasEnded(cast.status) && button('Cancel…', () => cancel(cast, after), { kind: 'danger' }),
    may && !hasEnded(cast.status) && button('Recover…', () => recover(cast, after), { kind: 'quiet', title: 'When it does not go on' }),
    may && hasEnded(cast.status) && !cast.parent && button('Redrive…', () => redrive(cast), { kind: cast.status === 'failed' ? 'primary' : '' }),
    session.may('admin') && hasEnded(cast.status) && button('Remove…', () => remove(cast), { kind: 'quiet' }),
  ];
}

/** Parts of the page of which one is shown; arrow keys go from one to the next. */
function tabs(state, actions, parts) {
  const names = Object.keys(parts);
  const here = names.includes(state.tab) ? state.tab : names[0];
  const move = event => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (step) {
      const next = names[(names.indexOf(here) + step + names.length) % names.length];
      actions.tab(next);
      document.getElementById(`tab-${next}`)?.focus();
    }
  };
  return h('section', { class: 'card tabs' },
    h('div', { role: 'tablist', 'aria-label': 'More of the cast', onKeydown: move }, names.map(name => h('button', {
      key: name, id: `tab-${name}`, type: 'button', role: 'tab', class: 'tab', 'aria-selected': String(name === here), 'aria-controls': 'tab-content', tabindex: name === here ? '0' : '-1', onClick: () => actions.tab(name),
    }, parts[name][0]))),
    h('div', { role: 'tabpanel', id: 'tab-content', key: here, 'aria-labelledby': `tab-${here}` }, parts[here][1]()));
}
