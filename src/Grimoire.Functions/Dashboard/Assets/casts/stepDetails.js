// One step with all its attempts: what went in, what came out, why it failed, what it cost.

import { artifacts } from '../lib/artifacts.js';
import { h } from '../lib/dom.js';
import { duration, money, time } from '../lib/format.js';
import { badge, button, castLink, code, copy, details, failure, loading } from '../lib/ui.js';

const maxAttempts = 50;

/**
 * @param summary The step in GET /casts/{id}.
 * @param body GET /casts/{id}/steps/{step}; null while it is not there yet.
 */
export function stepDetails(cast, summary, body, close) {
  if (!summary) return null;
  return h('section', { class: 'card step-details', 'aria-label': `Step ${summary.name ?? summary.id}` },
    h('div', { class: 'head' }, h('h2', null, summary.name ?? summary.id, ' ', stepBadge(summary)), h('div', { class: 'actions' }, button('Close', close, { kind: 'quiet' }))),
    h('p', { class: 'muted' }, summary.spell ? `Casts the spell ${summary.spell}` : `Calls the tool ${summary.tool ?? ''}`,
      summary.caughtBy && `; its failure was caught by ${summary.caughtBy === 'value' ? 'a value' : `the step ${summary.caughtBy}`}`,
      summary.reusedFrom && ['; taken over from ', castLink(summary.reusedFrom)]),
    summary.warnings?.length > 0 && h('ul', null, summary.warnings.map(text => h('li', null, text))),
    body === null ? loading() : summary.reusedFrom && body.attempts.length === 0 ? h('p', { class: 'muted' }, 'Nothing was called for it here.') : attempts(body),
    body?.attempts.length > 1 && body.output !== undefined && details('Output of the step', code(body.output)),
    body?.attempts.length === 0 && summary.failure && failure(summary.failure));
}

/** How a step of a cast stands: what was taken over from an earlier cast has not run in this one, and somebody else is at work on what is waited for. */
export const stepBadge = step =>
  step.reusedFrom && step.status === 'completed' ? badge('reused', 'taken over')
  : step.waits && step.status === 'running' ? badge('waiting', 'waits')
  : badge(step.status);

function attempts(body) {
  if (body.attempts.length === 0) return h('p', { class: 'muted' }, 'No attempt has begun.');
  // Newest first: what is going on, or went wrong last.
  const list = [...body.attempts].reverse();
  return [
    list.slice(0, maxAttempts).map(attempt => h('article', { key: attempt.id, class: 'attempt' },
      h('h3', null, `Attempt ${attempt.number}`, attempt.item !== undefined && ` of element ${attempt.item}`, ' ', badge(attempt.status), ' ',
        h('span', { class: 'number muted' }, `${time(attempt.startedAt)}${attempt.endedAt ? `, ${duration(new Date(attempt.endedAt) - new Date(attempt.startedAt))}` : ''}${attempt.costUsd ? `, ${money(attempt.costUsd)}` : ''}`)),
      attempt.subCast && h('p', null, 'Its cast: ', castLink(attempt.subCast, attempt.subCast)),
      attempt.job && h('p', { class: 'muted' }, `Job ${attempt.job.runId ?? 'without an id'}, waited for until ${time(attempt.job.until)}`),
      failure(attempt.failure),
      h('div', { class: 'columns' },
        h('div', null, h('h4', null, 'Input'), attempt.input === undefined ? h('p', { class: 'muted' }, 'It could not be bound.') : code(attempt.input)),
        h('div', null, h('h4', null, 'Output'), attempt.output === undefined ? h('p', { class: 'muted' }, 'None.') : code(attempt.output))),
      attempt.artifacts?.length > 0 && artifacts(attempt.artifacts),
      attempt.usage?.length > 0 && h('p', { class: 'muted' }, attempt.usage.map(usage => `${usage.model}: ${usage.inputTokens} tokens in, ${usage.outputTokens} out, ${money(usage.costUsd)}`).join('; ')),
      h('p', { class: 'muted' }, 'Idempotency key of the call: ', h('span', { class: 'id' }, attempt.id), ' ', button('Copy', () => copy(attempt.id, 'The key is copied'), { kind: 'quiet', 'aria-label': 'Copy the idempotency key' })))),
    list.length > maxAttempts && h('p', { class: 'muted' }, `and ${list.length - maxAttempts} more, by the API.`),
  ];
}
