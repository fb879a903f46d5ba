// What a step is doing, or what it waits for and until when, in a sentence.

import { ago, dateTime } from '../lib/format.js';

/** @param step One of the running steps of a cast: of `now.running` of GET /casts/{id}, of `running` of GET /casts. */
export function waitText(step) {
  const name = step.name ?? step.id;
  const attempt = step.attempt > 1 ? `, attempt ${step.attempt}` : '';
  return step.waitsUntil
    ? `${name} (${step.of})${attempt} waits until ${dateTime(step.waitsUntil)}, ${ago(step.waitsUntil)}`
    : `${name} (${step.of})${attempt}${step.since ? `, since ${ago(step.since)}` : ''}`;
}
