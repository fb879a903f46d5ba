// The spells of the account: what each is for, and the ways to cast, to change and to write one.

import { api, session } from '../lib/api.js';
import { h } from '../lib/dom.js';
import { at, button, empty, head, loading, problem, table } from '../lib/ui.js';
import { spellAddress } from './newSpell.js';

const top = 50;

export default async function open(page) {
  const state = { spells: null, continuation: null, error: null };
  page.title('Spells');

  const show = () => page.show(
    head('Spells', session.may('caster') && h('a', { class: 'button primary', href: '#/spells/new' }, 'New spell')),
    problem(state.error),
    state.spells === null ? !state.error && loading()
      : state.spells.length === 0 ? nothing(page)
      : h('div', { class: 'card table-card' }, table('Spells', columns(), state.spells, spell => spell.slug)),
    h('div', { class: 'actions' },
      page.query.page && button('First page', () => page.go({ page: null })),
      state.continuation && button('More spells', () => page.go({ page: state.continuation }))));

  show();
  const found = await api('/spells', { query: { top, continuation: page.query.page }, signal: page.signal, scoped: true });
  Object.assign(state, { spells: found.spells, continuation: found.continuation ?? null });
  show();
}

const columns = () => [
  { name: 'Spell', cell: spell => h('a', { href: spellAddress(spell.slug), class: 'id' }, spell.slug) },
  { name: 'Name', class: 'name', cell: spell => spell.name ?? '–' },
  { name: 'What it does', class: 'whole', cell: spell => h('span', { class: 'clamped' }, spell.description ?? '') },
  { name: 'Version', cell: spell => h('span', { class: 'number' }, `v${spell.version}`) },
  { name: 'Saved', cell: spell => at(spell.savedAt) },
  ...(session.may('caster') ? [{ name: 'Action', cell: spell => h('a', { class: 'button', href: spellAddress(spell.slug, { cast: 'yes' }), 'aria-label': `Cast ${spell.slug}` }, 'Cast') }] : []),
];

const nothing = page => page.query.page
  ? empty('There are no more spells. ', button('First page', () => page.go({ page: null })))
  : empty('There are no spells yet. A spell says which tools are called, in which order, and what comes of it. ',
    session.may('caster') ? h('a', { href: '#/spells/new' }, 'Write the first one') : 'Somebody with a key that may cast can write one.',
    ': there is an example to begin with.');
