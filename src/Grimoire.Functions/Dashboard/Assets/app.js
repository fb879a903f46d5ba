// The shell: signs in, shows the head, and opens the page that the address names.

import { api, session, unreachable, whenSignedOut } from './lib/api.js';
import { h, render } from './lib/dom.js';
import { button, field, loading, problem } from './lib/ui.js';
import { unsaved } from './lib/unsaved.js';
import * as theme from './lib/theme.js';

// The address after "#", which page shows it, and which part of the head it belongs to. Pages are fetched when they are opened.
const pages = [
  ['/', 'casts/casts', 'Casts'],
  ['/casts', 'casts/casts', 'Casts'],
  ['/casts/:id', 'casts/cast', 'Casts'],
  ['/spells', 'spells/spells', 'Spells'],
  ['/spells/:slug', 'spells/spell', 'Spells'],
  ['/tools', 'tools/tools', 'Tools'],
  ['/tools/:id', 'tools/tool', 'Tools'],
  ['/cooks', 'cooks/cooks', 'Cooks'],
  ['/cooks/:id', 'cooks/cook', 'Cooks'],
  ['/attention', 'operations/attention', 'Attention'],
  ['/usage', 'operations/usage', 'Usage'],
  ['/health', 'operations/health', 'Health'],
];

const header = document.getElementById('header');
const main = document.getElementById('main');
let leave = new AbortController();
let shownPath = null;

const nav = [['Casts', '/casts'], ['Spells', '/spells'], ['Tools', '/tools'], ['Cooks', '/cooks'], ['Attention', '/attention'], ['Usage', '/usage'], ['Health', '/health']];

function showHeader(here) {
  const { me } = session;
  render(header,
    h('a', { class: 'brand', href: '#/casts' }, h('img', { src: '/ui/icon.svg', alt: '', width: 24, height: 24 }), 'Grimoire'),
    me && h('nav', { 'aria-label': 'Parts of the dashboard' }, nav.map(([name, path]) => h('a', { href: `#${path}`, 'aria-current': name === here ? 'page' : null }, name))),
    h('div', { class: 'who' },
      me?.operator && h('form', { class: 'account', onSubmit: changeAccount },
        h('label', null, h('span', { class: 'unseen' }, 'Account'), h('input', {
          name: 'account', value: session.account ?? me.account, size: 10, pattern: '[a-z0-9]{1,32}', title: 'The account to look at: lower-case letters and digits', spellcheck: 'false', autocomplete: 'off', onChange: event => event.target.form.requestSubmit(),
        }))),
      me && !me.operator && h('span', { class: 'muted' }, me.account),
      button(theme.isDark() ? '☀' : '☾', () => { theme.turn(); showHeader(here); }, { kind: 'quiet', title: theme.isDark() ? 'Light colours' : 'Dark colours', 'aria-label': theme.isDark() ? 'Light colours' : 'Dark colours' }),
      me && session.key && button('Sign out', () => { if (mayLeave()) signOut(null); }, { kind: 'quiet' })));
}

function changeAccount(event) {
  event.preventDefault();
  const account = event.target.elements.account.value.trim();
  // Enter is a change and a submission.
  if (account === (session.account ?? session.me.account)) {
    return;
  }
  if (!mayLeave()) {
    event.target.elements.account.value = session.account ?? session.me.account;
    return;
  }
  session.account = account === session.me.account ? null : account;
  // What another account has is not found in this one.
  const list = location.hash.split('?')[0].split('/').slice(0, 2).join('/');
  if (location.hash === list) {
    openPage();
  } else {
    location.hash = list;
  }
}

/** Whether the page may be left; it is then. */
function mayLeave() {
  const may = !unsaved.check() || confirm('What you have changed is not saved. Leave it?');
  if (may) leave.abort();
  return may;
}

function signOut(error) {
  session.key = session.account = session.me = null;
  showSignIn(error);
}

function showSignIn(error) {
  leave.abort();
  shownPath = null;
  document.title = 'Sign in · Grimoire';
  showHeader(null);
  let busy = false;
  const submit = async event => {
    event.preventDefault();
    if (busy) return;
    session.key = event.target.elements.key.value.trim();
    busy = true;
    try {
      await signIn();
    } catch (failed) {
      session.key = null;
      if (failed.status !== 401) showSignIn(failed);
    }
  };
  main.replaceChildren();
  const place = main.appendChild(document.createElement('div'));
  render(place, h('form', { class: 'card sign-in', onSubmit: submit },
    h('h1', null, 'Sign in'),
    h('p', null, 'With a key of the API. It is kept for this tab, and forgotten when the tab is closed.'),
    field('Key', h('input', { name: 'key', type: 'password', required: true, autocomplete: 'off', spellcheck: 'false', placeholder: 'grm_…', ref: input => setTimeout(() => input.focus()) })),
    error && error.code !== 'auth.missing' && problem(error),
    h('button', { type: 'submit', class: 'button primary' }, 'Sign in'),
    h('p', { class: 'muted' }, 'The first key is in the log of the first start of the app, or where ./run.sh says; whoever has one makes others.')));
}

async function signIn() {
  session.me = await api('/whoami');
  shownPath = null;
  main.replaceChildren();
  openPage();
}

/** The address: "#/casts/main-1?tab=events" is the page /casts/main-1 with { tab: 'events' }. */
function address() {
  const [path, query] = location.hash.slice(1).split('?');
  return { path: path === '' ? '/' : path, query: Object.fromEntries(new URLSearchParams(query ?? '')) };
}

/** "%" by itself can be in an address, and says nothing. */
function isReadable(part) {
  try {
    decodeURIComponent(part);
    return true;
  } catch {
    return false;
  }
}

function find(path) {
  for (const [pattern, module, part] of pages) {
    const wanted = pattern.split('/'), given = path.split('/');
    if (wanted.length === given.length && given.every(isReadable) && wanted.every((name, index) => name === given[index] || (name.startsWith(':') && given[index] !== ''))) {
      const params = Object.fromEntries(wanted.map((name, index) => [name.slice(1), given[index]]).filter((_, index) => wanted[index].startsWith(':')).map(([name, value]) => [name, decodeURIComponent(value)]));
      return { module, part, params };
    }
  }
  return null;
}

async function openPage() {
  if (!session.me) return;
  leave.abort();
  leave = new AbortController();
  const { signal } = leave;
  const { path, query } = address();
  const found = find(path);
  showHeader(found?.part);
  // The same page with another filter is made anew in its place, so that nothing jumps.
  if (path !== shownPath) {
    main.replaceChildren();
    main.appendChild(document.createElement('div')).className = 'page';
    window.scrollTo(0, 0);
    if (shownPath !== null) main.focus({ preventScroll: true });
  }
  shownPath = path;
  const place = main.firstElementChild;
  const show = (...views) => { if (!signal.aborted) render(place, ...views); };
  if (!found) {
    document.title = 'Not found · Grimoire';
    show(h('h1', null, 'There is no such page'), h('p', null, h('a', { href: '#/casts' }, 'To the casts')));
    return;
  }
  document.title = `${found.part} · Grimoire`;
  if (!place.firstChild) show(loading());
  const page = {
    params: found.params,
    query,
    signal,
    show,
    title(text) { document.title = `${text} · Grimoire`; },
    /** Puts filters into the address, so that it can be sent to somebody, and opens the page with them. */
    go(changes) {
      const next = new URLSearchParams(Object.entries({ ...query, ...changes }).filter(([, value]) => value !== null && value !== undefined && value !== ''));
      location.hash = `${path}${next.size > 0 ? `?${next}` : ''}`;
    },
  };
  try {
    const { default: open } = await import(`./${found.module}.js`).catch(failed => { throw failed instanceof TypeError ? unreachable() : failed; });
    if (!signal.aborted) await open(page);
  } catch (failed) {
    if (signal.aborted || failed.status === 401) return;
    show(h('h1', null, found.part), problem(failed));
    if (failed.status === 0) setTimeout(() => { if (!signal.aborted) openPage(); }, 3000);
    if (failed.status === undefined) reportError(failed);
  }
}

async function start() {
  theme.apply();
  whenSignedOut(signOut);
  window.addEventListener('hashchange', () => takeKey() ? enter() : openPage());
  takeKey();
  showHeader(null);
  render(main.appendChild(document.createElement('div')), loading());
  await enter();
}

async function enter() {
  try {
    await signIn();
  } catch (failed) {
    if (failed.status !== 401) showSignIn(failed);
  }
}

/** A link may bring the key in its fragment, which no server sees; it does not stay in the address or the history. */
function takeKey() {
  const brought = /^#key=(grm_[\w-]+)/.exec(location.hash);
  if (brought) {
    session.key = brought[1];
    session.account = null;
    history.replaceState(null, '', '/#/casts');
  }
  return brought !== null;
}

await start();
