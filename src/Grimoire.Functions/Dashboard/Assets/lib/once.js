// One request at a time, made of a page: what goes on, and what was wrong with it.

/**
 * @param state Is given `busy`, the name of what goes on or null, and `error`.
 * @param options `signal` of the page; `update`: called when it should be shown anew; `take`: given the findings of an error, shows them where they belong and gives the others.
 * @returns A function that does what it is given, unless something goes on, and gives its result; or null, if it went wrong.
 */
export function createOnce(state, { signal, update, take }) {
  Object.assign(state, { busy: null, error: null });
  return async (what, action) => {
    if (state.busy) return null;
    Object.assign(state, { busy: what, error: null });
    update();
    try {
      return await action();
    } catch (failed) {
      if (signal.aborted) return null;
      if (!('code' in failed)) throw failed;
      state.error = { message: failed.message, code: failed.code, traceId: failed.traceId, errors: take(failed.errors ?? []) };
      return null;
    } finally {
      state.busy = null;
      update();
    }
  };
}
