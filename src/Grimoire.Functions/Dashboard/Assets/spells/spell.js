// A spell: its document, checked while it is typed, with a graph of its steps; its versions; and the form that casts it.

import { api, path, session } from '../lib/api.js';
import { createCasting } from './casting.js';
import { createDocument } from '../editing/document.js';
import { h, render } from '../lib/dom.js';
import { plural } from '../lib/format.js';
import { graphView } from './graph.js';
import { guard } from '../editing/leaving.js';
import { createOnce } from '../lib/once.js';
import { pretty } from '../editing/pretty.js';
import { saveSpell } from './saving.js';
import { saveFile } from '../lib/save.js';
import { example, slugOf, spellAddress } from './newSpell.js';
import { ask, at, badge, button, details, empty, head, problem, say, section, table } from '../lib/ui.js';

// The text of an older version on its way into the editor of the newest.
let carried = null, opened = 0;

export default async function open(page) {
  const mayChange = session.may('caster');
  const isNew = page.params.slug === 'new' && page.query.saved !== 'yes';
  let slug = isNew ? null : page.params.slug;
  const state = { ...await load(page, slug), drawn: null };
  let graph = null, place = null;
  const isOld = state.shown !== null && page.query.version !== undefined && state.shown.version !== state.newest?.version;
  const brought = carried?.slug === slug && !isOld ? carried : null;
  carried = null;
  opened++;
  page.title(slug ?? 'New spell');

  const saved = pretty(state.shown?.document ?? example);
  const update = () => {
    // What kept it from being saved is mended.
    if (text.result?.valid && state.error?.code === 'spell.invalid') state.error = null;
    if (text.result !== state.drawn) draw();
    const value = text.value;
    if (value !== undefined) casting?.adopt(value?.inputs ?? null);
    show();
  };
  const text = createDocument({
    label: 'The document of the spell', text: saved, readOnly: isOld || !mayChange, signal: page.signal, update,
    check: mayChange ? (content, type, signal) => api('/spells/validate', { method: 'POST', text: content, type, signal, scoped: true }) : null,
  });
  // Drawn when a check has been answered, and not with every letter that is typed.
  const draw = () => {
    state.drawn = text.result;
    const next = text.result?.graph;
    if (next && JSON.stringify(next) !== JSON.stringify(graph)) graph = next;
    if (place) render(place, stepsView(graph, text, mayChange));
  };
  const isSaved = () => isOld || (state.newest !== null && !text.isChanged);
  const isUnsaved = () => !isOld && mayChange && text.isChanged;
  const once = createOnce(state, { signal: page.signal, update: () => show(), take: errors => { if (errors.length > 0) text.showFindings(errors); return []; } });
  const casting = mayChange ? createCasting({ schema: (state.shown?.document ?? example).inputs ?? null, signal: page.signal, update: () => show(), document: () => text, isSaved, saved: toCast }) : null;

  /** What a cast is made of is saved first. */
  async function toCast() {
    if (isOld) return { slug, version: state.shown.version };
    return isSaved() ? { slug, version: state.newest.version } : await save(false);
  }

  const save = (mayOpen = true) => once('save', async () => {
    const sent = text.text;
    const name = slug ?? slugOf(sent, text.value);
    if (name === '') throw Object.assign(new Error('The document has no slug, the name of the spell in addresses: { "slug": "my-spell", … }.'), { code: 'spell.slug' });
    const answer = await saveSpell({ slug: name, text: sent, type: text.type, base: state.newest?.version ?? null });
    if (!answer) return null;
    text.savedAs(sent);
    say(answer.version === state.newest?.version ? `Nothing is new: it is version ${answer.version} already.` : `Saved as version ${answer.version}.`);
    if (page.signal.aborted) return null;
    if (slug === null && mayOpen) {
      location.hash = spellAddress(name);
    } else {
      if (slug === null) becomes(name);
      const loaded = await load(page, slug);
      // What is in the editor is the version that was just saved, even if there has come a newer one.
      const own = { ...loaded.newest, version: answer.version, savedAt: answer.savedAt };
      Object.assign(state, loaded, { newest: own, shown: own });
    }
    return { slug: name, version: answer.version };
  });
  /** A new spell that is cast at once has this page from now on, whatever becomes of the cast. */
  const becomes = name => {
    slug = name;
    page.title(slug);
    history.replaceState(null, '', spellAddress(slug));
  };

  const remove = async () => {
    const removed = await ask({
      title: `Remove '${slug}'`, action: 'Remove', kind: 'danger',
      fields: () => h('p', null, 'It can no longer be cast. Casts that have begun go on, and its versions are kept: it can be saved again.'),
      submit: () => api(path`/spells/${slug}`, { method: 'DELETE', scoped: true }).then(() => true),
    });
    if (!removed) return;
    text.savedAs(text.text);
    say(`'${slug}' has been removed.`);
    location.hash = '/spells';
  };
  const useAsNewest = () => {
    carried = { slug, text: text.text };
    location.hash = spellAddress(slug);
  };
  const toForm = () => {
    const form = document.querySelector('.casting');
    form?.closest('section').scrollIntoView({ block: 'start' });
    form?.querySelector('input, select, textarea, button')?.focus({ preventScroll: true });
  };

  const show = () => page.show(
    head([state.shown?.document.name || slug || 'New spell', ' ', versionBadge(state, isOld)],
      mayChange && !isOld && button(state.busy ? 'Saving…' : 'Save', () => save(), { kind: 'primary', disabled: state.busy !== null }),
      isOld && mayChange && button('Use as the newest', useAsNewest, { kind: 'primary' }),
      mayChange && button('Cast…', toForm),
      button('Download', () => saveFile(new Blob([text.text], { type: text.type }), `${slug ?? (slugOf(text.text, text.value) || 'spell')}.${text.format}`)),
      mayChange && state.newest && !isOld && button('Remove…', remove, { kind: 'danger' })),
    h('p', { class: 'spell-about' }, slug && h('code', null, slug), ' ', h('span', { class: isUnsaved() || (state.shown && !state.newest) ? 'unsaved' : 'muted' }, standing(state, isOld, isUnsaved()))),
    problem(state.error),
    h('div', { class: 'spell-columns' },
      h('section', { class: 'card' }, h('h2', null, 'Document'), text.view()),
      h('section', { class: 'card' }, h('h2', null, 'Steps'), h('div', { key: opened, class: 'graph-place', own: true, ref: node => { place = node; draw(); } }))),
    casting && section(isOld ? `Cast version ${state.shown.version}` : 'Cast', casting.view(isSaved() ? 'Cast' : 'Save and cast')),
    state.versions.length > 0 && section('Versions', versionsView(state, slug)));

  const back = guard(page.signal, () => isUnsaved() ? text.text : null, 'this spell');
  show();
  if (brought || back) text.replace(brought?.text ?? back);
  else text.check();
  if (page.query.cast === 'yes') toForm();
}

/** The newest version, the one to be shown, and all of them. A removed spell has no newest one, but may have versions. */
async function load(page, slug) {
  if (slug === null) return { newest: null, shown: null, versions: [] };
  const get = address => api(address, { signal: page.signal, scoped: true });
  const [newest, { versions }] = await Promise.all([
    get(path`/spells/${slug}`).catch(failed => { if (failed.code === 'spell.notFound') return null; throw failed; }),
    get(path`/spells/${slug}/versions`),
  ]);
  const wanted = page.query.version ?? (newest ? null : versions.at(-1).version);
  return { newest, shown: wanted === null || Number(wanted) === newest?.version ? newest : await get(path`/spells/${slug}/versions/${wanted}`), versions: versions.toReversed() };
}

const versionBadge = (state, isOld) => state.shown && badge(isOld ? 'skipped' : 'valid', isOld ? `version ${state.shown.version}, read-only` : state.newest ? `version ${state.newest.version}` : 'removed');

const standing = (state, isOld, isUnsaved) => isOld
  ? [state.newest ? `This is what it was. The newest version is ${state.newest.version}.` : 'This is what it was before it was removed.', ' Saved ', at(state.shown.savedAt), '.']
  : state.shown && !state.newest ? 'It has been removed. Save it to have it again.'
  : isUnsaved ? '● Not saved.'
  : state.newest ? ['Saved ', at(state.newest.savedAt), '.']
  : 'Not saved yet. Change the example to what it should be; its slug is its name in addresses.';

function stepsView(graph, text, mayCheck) {
  if (!graph) {
    return empty(!mayCheck ? 'The graph is made when a spell is checked, which takes a key that may cast.'
      : text.result ? 'The graph appears when the document has the form of a spell.' : 'Loading…');
  }
  const wrong = new Map();
  for (const { pointer, kind } of text.result?.all ?? []) {
    const index = /^\/steps\/(\d+)(\/|$)/.exec(pointer ?? '')?.[1];
    if (index === undefined) continue;
    const of = wrong.get(Number(index)) ?? { errors: 0, warnings: 0 };
    kind === 'error' ? of.errors++ : of.warnings++;
    wrong.set(Number(index), of);
  }
  const isStale = !text.result?.graph;
  return [
    graphView(graph, { wrong: isStale ? new Map() : wrong, choose: index => text.goToStep(index, graph.steps[index].id) }),
    h('p', { class: 'hint' }, isStale ? 'As it was when the document could last be read. ' : '', 'A step leads to its place in the document.'),
  ];
}

function versionsView(state, slug) {
  const columns = [
    { name: 'Version', cell: version => h('a', { href: spellAddress(slug, version.version === state.newest?.version ? {} : { version: version.version }), 'aria-current': version.version === state.shown?.version ? 'true' : null }, `Version ${version.version}`) },
    { name: 'Saved', cell: version => at(version.savedAt) },
    { name: 'Which', cell: version => version.version === state.newest?.version ? badge('valid', 'newest') : version.version === state.shown?.version ? 'shown here' : '' },
  ];
  const rows = versions => table('Versions', columns, versions, version => String(version.version));
  const older = state.versions.slice(50);
  return [rows(state.versions.slice(0, 50)), older.length > 0 && details(plural(older.length, 'older version'), rows(older))];
}
