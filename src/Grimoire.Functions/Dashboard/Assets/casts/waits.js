// What a step is doing, or what it waits for and until when, in a sentence.

import { ago, dateTime } from '../lib/format.js';

const words = {
  time: 'waits', retry: 'is tried again', circuit: 'waits for its tool, which is left alone', job: 'waits for its job, at most', approval: 'waits for an answer, at most',
};

/** @param step One of the running steps of a cast: of `now.running` of GET /casts/{id}, of `running` of GET /casts. */
export function waitText(step) {
  const name = step.name ?? step.id;
  const attempt = step.attempt > 1 ? `, attempt ${step.attempt}` : '';
  return step.waitsUntil
    ? `${name} (${step.of})${attempt} ${words[step.waitsFor] ?? 'waits'} ${step.waitsFor === 'retry' ? 'at' : 'until'} ${dateTime(step.waitsUntil)}, ${ago(step.waitsUntil)}`
    : `${name} (${step.of})${attempt}${step.since ? `, since ${ago(step.since)}` : ''}`;
}
