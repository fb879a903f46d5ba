// Saves a document so that nobody's work is written over unseen.

import { api, path } from '../lib/api.js';
import { h } from '../lib/dom.js';
import { pretty } from '../editing/pretty.js';
import { ask, code, details } from '../lib/ui.js';

/**
 * Saves a spell as the version after the one that was looked at. If somebody else has saved one in between, that is said, and shown, and asked.
 * @param options `slug`; `text`; `type`; `base`: the version that was looked at, null if there was none.
 * @returns What the app has answered, or null: it was not saved.
 */
export async function saveSpell({ slug, text, type, base }) {
  const put = version => api(path`/spells/${slug}`, { method: 'PUT', text, type, headers: version === null ? {} : { 'If-Match': String(version) }, scoped: true });
  let other = base === null ? await newestOf(slug) : null;
  if (!other) {
    try {
      return await put(base);
    } catch (failed) {
      if (failed.status !== 412) throw failed;
      other = await newestOf(slug);
    }
  }
  let answer = null;
  await ask({
    ...(other
      ? { title: base === null ? `There is a spell '${slug}' already` : `Somebody else has saved version ${other.version}`, action: `Save over version ${other.version}`, kind: 'danger' }
      : { title: 'The spell has been removed', action: 'Save it again' }),
    fields: () => other
      ? [
        h('p', null, base === null ? `Its newest version is ${other.version}. Yours would become its next version.` : `You have changed version ${base}, and in between there has come version ${other.version}. Yours would become the next one.`),
        h('p', null, 'Nothing is lost: all versions are kept.'),
        details(`Look at version ${other.version}`, code(pretty(other.document))),
      ]
      : h('p', null, `Somebody has removed '${slug}' since you opened it. Saved again, it is there again.`),
    // Only over the version that was shown: if there has come yet another one, this fails and says so.
    submit: async () => { answer = await put(other?.version ?? null); },
  });
  return answer;
}

async function newestOf(slug) {
  try {
    return await api(path`/spells/${slug}`, { scoped: true });
  } catch (failed) {
    if (failed.status === 404 || failed.code === 'spell.slugInvalid') return null;
    throw failed;
  }
}
