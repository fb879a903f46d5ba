// Calls the HTTP API with the key of this tab. The key is kept for as long as the tab is open, and nowhere else.

const storage = { key: 'grimoire.key', account: 'grimoire.account' };

export const session = {
  get key() { return sessionStorage.getItem(storage.key); },
  set key(value) { value ? sessionStorage.setItem(storage.key, value) : sessionStorage.removeItem(storage.key); },
  /** The account that an operator looks at; null for their own. */
  get account() { return sessionStorage.getItem(storage.account); },
  set account(value) { value ? sessionStorage.setItem(storage.account, value) : sessionStorage.removeItem(storage.account); },
  /** What GET /api/whoami says; set when signed in. */
  me: null,
  may(role) {
    const roles = ['viewer', 'caster', 'admin'];
    return this.me !== null && roles.indexOf(this.me.role) >= roles.indexOf(role);
  },
};

/** The answer was no. `status` 0: there was none. */
export class ApiError extends Error {
  constructor(status, problem, retryAfter) {
    // What "errors" says is shown where it belongs, and nobody here knows it by that name.
    super((problem.detail ?? problem.title ?? `The app answered ${status}.`).replace(/; errors says \w+\.$/, '.'));
    this.status = status;
    this.code = problem.code ?? '';
    this.errors = problem.errors ?? [];
    /** The whole answer: of some routes a refusal says as much as any other. */
    this.body = problem;
    this.traceId = problem.traceId;
    this.retryAfter = retryAfter;
  }
}

/** There was no answer. What only looks is asked again by whoever looks; for what does something, that is for people to decide. */
export const unreachable = (method = 'GET') => new ApiError(0, {
  detail: method === 'GET' ? 'The app does not answer. It is asked again.' : 'The app does not answer: nobody knows whether it has got this. Try again when it is back.', code: 'connection',
});

let onSignedOut = () => {};
/** Called when the app says that the key does not hold. */
export function whenSignedOut(handler) {
  onSignedOut = handler;
}

/**
 * Calls a route and returns its JSON.
 * @param path Below /api, e.g. path`/casts/${id}`.
 * @param options `query` (null values are left out), `method`, `body` (an object, sent as JSON), `text` and `type` (sent as they are), `headers`, `signal`,
 *   `scoped`: about the account that is looked at, for routes that take ?account=.
 */
export async function api(path, options = {}) {
  const response = await send(path, options);
  if (response.status === 204) {
    return null;
  }
  try {
    return await response.json();
  } catch (failure) {
    if (options.signal?.aborted) {
      throw failure;
    }
    throw new ApiError(0, { detail: 'The answer of the app broke off, or somebody else has answered in its place.', code: 'connection' });
  }
}

/** The same, for what is not JSON: the response itself. */
export async function send(path, { query, method = 'GET', body, text, type, headers = {}, signal, scoped = false } = {}) {
  const url = new URL(`/api${path}`, location.origin);
  for (const [name, value] of Object.entries({ ...query, account: scoped ? session.account : null })) {
    if (value !== null && value !== undefined && value !== '') {
      url.searchParams.set(name, value);
    }
  }
  const request = { method, signal, headers: { ...headers }, cache: 'no-store', credentials: 'omit', redirect: 'error' };
  if (session.key) {
    request.headers.Authorization = `Bearer ${session.key}`;
  }
  if (body !== undefined) {
    request.headers['Content-Type'] = 'application/json';
    request.body = JSON.stringify(body);
  } else if (text !== undefined) {
    request.headers['Content-Type'] = type;
    request.body = text;
  }

  let response;
  try {
    response = await fetch(url, request);
  } catch (failure) {
    if (signal?.aborted) {
      throw failure;
    }
    throw unreachable(method);
  }
  if (response.ok) {
    return response;
  }
  const problem = response.headers.get('Content-Type')?.includes('json') ? await response.json().catch(() => ({})) : {};
  const error = new ApiError(response.status, problem, Number(response.headers.get('Retry-After')) || null);
  if (response.status === 401) {
    onSignedOut(error);
  }
  throw error;
}

/** Fills a path with parts that may hold anything. Artifact names keep their slashes: they are encoded in parts. */
export function path(strings, ...values) {
  return strings.reduce((whole, part, index) => whole + part + (index < values.length ? encodeURIComponent(values[index]) : ''), '');
}

export const artifactPath = (castId, name) => path`/casts/${castId}/artifacts/` + name.split('/').map(encodeURIComponent).join('/');

/** Something that starts a thing is sent with a key of its own: sent again, it starts nothing again. */
export const newIdempotencyKey = () => crypto.randomUUID();

/** Waits for what `begin` waits for, or for the page to be left. A page is open for days: nothing of a wait may stay behind. */
const orLeft = (signal, begin) => new Promise(resolve => {
  const done = () => {
    end();
    signal.removeEventListener('abort', done);
    resolve();
  };
  const end = begin(done);
  signal.addEventListener('abort', done);
});

const sleep = (seconds, signal) => orLeft(signal, done => {
  const timer = setTimeout(done, seconds * 1000);
  return () => clearTimeout(timer);
});

const seen = signal => document.visibilityState === 'visible' ? Promise.resolve() : orLeft(signal, done => {
  document.addEventListener('visibilitychange', done);
  return () => document.removeEventListener('visibilitychange', done);
});

/**
 * Does something again and again until the page is left: at once, then `seconds` after the last time; not while nobody looks.
 * What it throws is handed to `failed`, and it is done again, later each time.
 * @param action Returns false to stop.
 */
export async function repeat(signal, seconds, action, failed) {
  let failures = 0;
  while (!signal.aborted) {
    try {
      if (await action() === false) {
        return;
      }
      failures = 0;
    } catch (error) {
      if (signal.aborted || !(error instanceof ApiError)) {
        if (signal.aborted) return;
        throw error;
      }
      failures++;
      failed(error);
      if (error.status >= 400 && error.status < 500 && error.status !== 429 && error.status !== 408) {
        return;
      }
    }
    const pause = failures === 0 ? seconds : Math.max(seconds, Math.min(30, 2 ** failures));
    await sleep(pause, signal);
    await seen(signal);
  }
}

/**
 * Follows the events of a cast or a cook by asking for more as long as the page is there.
 * @param of "/casts/{id}" or "/cooks/{id}".
 * @param take Is given the new events, and whether there will be no more.
 */
export function follow(signal, of, take, failed) {
  let after = 0;
  return repeat(signal, 0.2, async () => {
    const page = await api(`${of}/events`, { query: { after, limit: 1000, wait: after === 0 ? 0 : 25 }, signal });
    after = page.next;
    take(page.events, page.ended);
    return !page.ended || page.events.length > 0;
  }, failed);
}
