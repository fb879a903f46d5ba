// Starts something once, however often it is asked for.

import { api, newIdempotencyKey } from './api.js';

/** A function that posts a request with a key of its own; the same request is sent with the same key until there has been an answer to it. */
export function createStart() {
  let key = null, request = null, running = null;
  return (path, body) => {
    const wanted = JSON.stringify([path, body]);
    if (running && request === wanted) {
      return running;
    }
    if (request !== wanted) {
      [key, request] = [newIdempotencyKey(), wanted];
    }
    running = api(path, { method: 'POST', body, headers: { 'Idempotency-Key': key }, scoped: true }).then(answer => {
      request = null;
      return answer;
    }, failed => {
      // No answer, or one that says nothing of whether it has begun: then it is asked again with the same key.
      if (failed.status >= 400 && failed.status < 500 && failed.status !== 408) request = null;
      throw failed;
    }).finally(() => { running = null; });
    return running;
  };
}
