// What can be done with a cast, each with what has to be asked first. `after` is called when something has been done.

import { api, newIdempotencyKey, path } from '../lib/api.js';
import { h } from '../lib/dom.js';
import { artifacts, artifactsIn } from '../lib/artifacts.js';
import { json } from '../lib/format.js';
import { ask, code, field, parse, say, to } from '../lib/ui.js';

const post = (cast, what, body, headers) => api(path`/casts/${cast.id}/` + what, { method: 'POST', body, headers });

const reason = () => field('Reason', h('input', { name: 'reason', maxlength: 400 }), 'It is kept with the cast.');

const given = form => form.elements.reason.value.trim() ? { reason: form.elements.reason.value.trim() } : {};

export async function pause(cast, after) {
  await post(cast, 'pause', {});
  say('It pauses when what runs is finished.');
  await after();
}

export async function resume(cast, after) {
  await post(cast, 'resume', {});
  await after();
}

export const cancel = (cast, after) => ask({
  title: 'Cancel this cast?',
  action: 'Cancel the cast',
  kind: 'danger',
  fields: () => [h('p', null, 'What runs is finished, nothing new starts. It can be redriven afterwards.'), reason()],
  async submit(form) {
    await post(cast, 'cancel', given(form));
    say('It ends when what runs is finished.');
    await after();
  },
});

export const recover = (cast, after) => ask({
  title: 'Recover this cast?',
  action: 'Recover',
  fields: () => [
    h('p', null, 'For a cast that does not go on, after a loss of an event, of its orchestration or of its storage.'),
    field('What to do', h('select', { name: 'action' }, h('option', { value: 'resume' }, 'Get it going again'), h('option', { value: 'fail' }, 'End it as failed'))),
    reason(),
  ],
  async submit(form) {
    const done = await post(cast, 'recover', { action: form.elements.action.value, ...given(form) });
    say(`Recovery: ${[done.done].flat().join(', ')}.`);
    await after();
  },
});

export const remove = cast => ask({
  title: 'Remove this cast?',
  action: 'Remove it for good',
  kind: 'danger',
  fields: () => h('p', null, 'With its steps, sub-casts, events and artifacts, also those that redrives of it have taken over.'),
  async submit() {
    await api(path`/casts/${cast.id}`, { method: 'DELETE' });
    location.hash = '/casts';
  },
});

/**
 * Answers what a step asks. What is asked about is shown beside the question: nobody should approve what they cannot see.
 * @param item Of a step with forEach: the element that is answered, or that is shown first. @param mayChoose Another one that asks may be answered instead.
 */
export async function answer(castId, stepId, item, after, { mayChoose = true } = {}) {
  const { attempts } = await api(path`/casts/${castId}/steps/${stepId}`);
  const open = attempts.filter(attempt => attempt.status === 'running' && attempt.input?.question !== undefined);
  let asked = open.find(attempt => attempt.item === item) ?? (mayChoose ? open[0] : undefined);
  if (!asked) {
    say('It has been answered, or its time is over.');
    await after();
    return null;
  }
  return ask({
    title: () => asked.input.question || 'An answer is wanted',
    action: 'Answer',
    fields: update => [
      mayChoose && open.length > 1 && field('Which element', h('select', { name: 'element', value: String(asked.item), onChange: event => { asked = open[event.target.selectedIndex]; update(); } },
        open.map(attempt => h('option', { key: attempt.item, value: String(attempt.item) }, `${attempt.item}: ${attempt.input.question}`)))),
      h('div', { key: `about ${asked.item ?? ''}` }, aboutView(asked.input.details)),
      h('fieldset', { key: `answer ${asked.item ?? ''}`, class: 'choices' }, h('legend', null, 'Answer'),
        h('label', null, h('input', { type: 'radio', name: 'approved', value: 'true', required: true }), ' Approve'),
        h('label', null, h('input', { type: 'radio', name: 'approved', value: 'false' }), ' Decline')),
      field('Who you are (required)', h('input', { name: 'by', required: true, maxlength: 200, autocomplete: 'email' }), 'Kept with the answer, beside the name of your key.'),
      field('Comment', h('input', { name: 'comment', maxlength: 4000 })),
    ],
    async submit({ elements: { approved, by, comment } }) {
      await api(path`/casts/${castId}/steps/${stepId}/answer`, {
        method: 'POST',
        body: { approved: approved.value === 'true', by: by.value.trim(), ...(comment.value ? { comment: comment.value } : {}), ...(asked.item === undefined ? {} : { item: asked.item }) },
      });
      say('The answer is taken.');
      await after();
    },
  });
}

function aboutView(details) {
  const pictures = artifactsIn(details);
  return pictures.length > 0 ? artifacts(pictures) : details !== undefined && code(details);
}

/** Does it again, from a step on and with other inputs if wanted; goes to the new cast. */
export function redrive(cast) {
  const key = newIdempotencyKey();
  return ask({
    title: 'Redrive',
    action: 'Redrive',
    fields: () => [
      h('p', null, 'A new cast. What ran before the step is taken over with its results, and not paid for again.'),
      field('From', h('select', { name: 'fromStep' },
        h('option', { value: '' }, cast.failure?.step ? `The step that failed (${cast.failure.step})` : 'Where it ended'),
        cast.steps.map(step => h('option', { key: step.id, value: step.id }, step.name ?? step.id)))),
      field('Inputs', h('textarea', { name: 'inputs', value: json(cast.inputs), rows: 8, spellcheck: 'false' })),
      field('Version of the spell', h('select', { name: 'version' },
        h('option', { value: 'original' }, `The one that it ran${cast.spellVersion ? ` (${cast.spellVersion})` : ''}`),
        cast.spellVersion && h('option', { value: 'newest' }, 'The newest'))),
      field('Budget in USD', h('input', { name: 'budgetUsd', type: 'number', min: 0, step: 'any', placeholder: cast.budgetUsd ?? 'none' })),
    ],
    async submit({ elements: { fromStep, inputs, version, budgetUsd } }) {
      const changes = changesOf(cast.inputs, parse(inputs.value, 'The inputs'));
      const started = await post(cast, 'redrive', {
        ...(fromStep.value ? { fromStep: fromStep.value } : {}), ...(Object.keys(changes).length > 0 ? { inputs: changes } : {}), version: version.value, ...(budgetUsd.value ? { budgetUsd: Number(budgetUsd.value) } : {}),
      }, { 'Idempotency-Key': key });
      location.hash = to`/casts/${started.castId}`;
    },
  });
}

/** What was changed of the inputs; null takes one out. */
function changesOf(before, after) {
  const changed = Object.entries(after).filter(([name, value]) => JSON.stringify(before[name]) !== JSON.stringify(value));
  const gone = Object.keys(before).filter(name => !(name in after)).map(name => [name, null]);
  return Object.fromEntries([...changed, ...gone]);
}
