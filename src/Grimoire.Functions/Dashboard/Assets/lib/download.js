// Saves what only a key opens as a file: an ordinary link cannot bring the key.

import { send, session } from './api.js';
import { bytes } from './format.js';
import { saveFile } from './save.js';

/** More than that is not held in a browser's memory. */
export const most = 500_000_000;

/**
 * @param told Is given how many bytes there are by now.
 * @throws An error for people: it is too large, or the answer broke off.
 */
export async function download(path, { query, signal, scoped, name, told = () => {} }) {
  const response = await send(path, { query, signal, scoped });
  const reader = response.body.getReader();
  const parts = [];
  let size = 0;
  for (;;) {
    const { done, value } = await reader.read().catch(failed => {
      throw signal?.aborted ? failed : trouble('broken', 'The answer broke off: nothing was saved. Try again.');
    });
    if (done) break;
    parts.push(value);
    size += value.byteLength;
    if (size > most) {
      await reader.cancel();
      throw trouble('tooLarge', `It has more than ${bytes(most)}, too much to be held by a browser. Get it with the command below.`);
    }
    told(size);
  }
  saveFile(new Blob(parts, { type: response.headers.get('Content-Type') ?? 'application/octet-stream' }), name);
  return size;
}

/** The same for a terminal, where there is no limit. The key is not in it: it is taken from the environment. */
export function curl(path, query, name) {
  const url = new URL(`/api${path}`, location.origin);
  Object.entries(query).forEach(([key, value]) => url.searchParams.set(key, value));
  return `curl --fail ${session.key ? '-H "Authorization: Bearer $KEY" ' : ''}-o ${name} '${url}'`;
}

const trouble = (code, message) => Object.assign(new Error(message), { code, errors: [] });
