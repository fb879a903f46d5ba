// Tries a tool: a form of its inputs, and what comes of the cast of one step that tries it.

import { api, path, repeat } from '../lib/api.js';
import { artifacts } from '../lib/artifacts.js';
import { h } from '../lib/dom.js';
import { duration } from '../lib/format.js';
import { createInputs } from '../editing/inputs.js';
import { createOnce } from '../lib/once.js';
import { hasEnded } from '../lib/statuses.js';
import { createStart } from '../lib/starting.js';
import { badge, castLink, code, cost, facts, failure, problem } from '../lib/ui.js';
import { waitText } from '../casts/waits.js';

/** @param options `id` of the tool; `schema` of its input; `signal` of the page; `update`: called when it should be shown anew. */
export function createTrial({ id, schema, signal, update }) {
  const state = { castId: null, cast: null, step: null, lost: null };
  const inputs = createInputs(schema, { update });
  const start = createStart();
  let following = new AbortController();
  signal.addEventListener('abort', () => following.abort(), { once: true });

  const once = createOnce(state, { signal, update, take: inputs.reject });
  const submit = event => {
    event.preventDefault();
    return once('start', async () => {
      inputs.reject([]);
      const { castId } = await start(path`/tools/${id}/try`, { inputs: inputs.read() });
      if (!signal.aborted) watch(castId);
    });
  };
  const watch = castId => {
    following.abort();
    following = new AbortController();
    Object.assign(state, { castId, cast: null, step: null, lost: null });
    repeat(following.signal, 0.8, async () => {
      const cast = await api(path`/casts/${castId}`, { signal: following.signal });
      const isOver = hasEnded(cast.status);
      const { steps } = isOver ? await api(path`/casts/${castId}/steps`, { signal: following.signal }) : { steps: [] };
      Object.assign(state, { cast, step: steps[0] ?? null, lost: null });
      update();
      return !isOver;
    }, failed => { state.lost = failed; update(); });
  };
  return {
    adopt: inputs.adopt,
    view: () => h('div', null,
      h('form', { class: 'trial', novalidate: true, onSubmit: submit },
        inputs.view(),
        h('div', { class: 'actions' },
          h('button', { type: 'submit', class: 'button primary', disabled: state.busy !== null }, state.busy ? 'Starting…' : 'Try it'),
          h('span', { class: 'muted' }, 'It is called for real, and what it costs is counted.')),
        problem(state.error)),
      state.castId && h('div', { key: state.castId, class: 'trial-result' },
        h('h3', null, 'What came of it'),
        h('div', { role: 'status' }, state.cast ? badge(state.cast.status) : badge('pending', 'started')),
        problem(state.lost),
        resultView(state))),
  };
}

function resultView({ castId, cast, step }) {
  const attempt = step?.attempts?.at(-1);
  const runs = cast?.startedAt && cast.endedAt && new Date(cast.endedAt) - new Date(cast.startedAt);
  return [
    facts([
      ['Cast', castLink(castId)],
      ['Took', Number.isFinite(runs) ? duration(runs) : '–'],
      ['Cost', cost(cast?.costUsd)],
      ['Attempts', String(step?.attemptCount ?? step?.attempts?.length ?? '–')],
    ]),
    (cast?.now?.running ?? []).map(one => h('p', { key: `now ${one.id}` }, waitText(one))),
    cast?.failure && failure(cast.failure),
    (attempt?.warnings ?? []).map((warning, index) => h('p', { key: `warning ${index}` }, `! ${warning}`)),
    cast?.status === 'completed' && [h('h3', null, 'Output'), code(cast.output ?? null)],
    cast?.artifacts?.length > 0 && [h('h3', null, 'Artifacts'), artifacts(cast.artifacts)],
  ];
}
