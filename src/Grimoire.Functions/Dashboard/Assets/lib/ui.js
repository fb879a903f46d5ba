// Pieces that pages are made of.

import { h, render } from './dom.js';
import { ago, dateTime, json, money, shortId } from './format.js';

const marks = {
  pending: '○', waiting: '○', running: '◐', paused: '‖', completed: '✓', succeeded: '✓', failed: '✕', cancelled: '⊘', skipped: '↷', reused: '✓', lost: '✕', held: '‖',
  ok: '✓', degraded: '!', down: '✕', stopped: '✕',
};

/** A status: a word with a mark, never a colour alone. */
export const badge = (status, text = status) => h('span', { class: `badge is-${status}` }, h('span', { 'aria-hidden': 'true' }, marks[status] ?? '•'), ' ', text);

export const at = when => when ? h('time', { datetime: when, title: dateTime(when) }, ago(when)) : '–';

export const cost = usd => h('span', { class: 'number' }, money(usd));

/** A link within the dashboard: link`/casts/${id}`. */
export const to = (strings, ...values) => '#' + strings.reduce((whole, part, index) => whole + part + (index < values.length ? encodeURIComponent(values[index]) : ''), '');

export const castLink = (id, text = shortId(id)) => h('a', { href: to`/casts/${id}`, title: id, class: 'id' }, text);

/** A spell that came with the request has no version, and is nowhere to be looked at. */
export const spellLink = (slug, version) => version
  ? [h('a', { href: to`/spells/${slug}` }, slug), h('span', { class: 'muted' }, ` v${version}`)]
  : h('span', { class: 'muted', title: 'It came with the request' }, slug || 'inline');

/** The head of a page: what it is, and what can be done here. */
export const head = (title, ...actions) => h('div', { class: 'head' }, h('h1', null, title), h('div', { class: 'actions' }, actions));

/** @param options `kind`: primary, danger, or nothing; `disabled`; `title`. */
export const button = (text, onClick, { kind = '', ...rest } = {}) => h('button', {
  type: 'button',
  class: `button ${kind}`.trim(),
  // What is refused is told, also where nobody waits for it.
  onClick: event => onClick(event)?.catch?.(failed => {
    if (!('code' in failed)) throw failed;
    say(failed.message);
  }),
  ...rest,
}, text);

/** A control with its name; the hint is told after the name, and is no part of it. */
export function field(label, control, hint) {
  const id = `hint-${String(label).replace(/\W+/g, '-')}-${control.props?.name ?? ''}`;
  const described = hint ? { ...control, props: { ...control.props, 'aria-describedby': id } } : control;
  return h('div', { class: 'field' }, h('label', null, h('span', { class: 'label' }, label), described), hint && h('span', { class: 'hint', id }, hint));
}

/** What a page has instead of content while there is none. */
export const empty = (...text) => h('p', { class: 'empty' }, text);

export const loading = () => h('p', { class: 'empty', 'aria-busy': 'true' }, 'Loading…');

/** A value as JSON, to be copied. */
export const code = value => h('pre', { class: 'code', tabindex: '0' }, typeof value === 'string' ? value : json(value));

export const section = (title, ...content) => h('section', { class: 'card' }, h('h2', null, title), content);

/** A part that can be folded. */
export const details = (summary, content, options = {}) => h('details', options, h('summary', null, summary), content);

/** @param pairs [name, value], and 'wide' for what is long. */
export const facts = pairs => h('dl', { class: 'facts' }, pairs.filter(Boolean).map(([name, value, width]) => h('div', { key: name, class: width }, h('dt', null, name), h('dd', null, value))));

/** Why something was refused or has failed, in full. */
export const problem = error => error && h('div', { class: 'problem', role: 'alert' },
  h('p', null, h('strong', null, error.message)),
  (error.errors ?? []).length > 0 && findings(error.errors),
  h('p', { class: 'muted' }, [error.code, error.traceId && `trace ${error.traceId}`].filter(Boolean).join(' · ')));

/** What is wrong with a document, each with its place. */
export const findings = list => h('ul', { class: 'findings' }, list.map(finding => h('li', null,
  h('code', null, finding.line ? `${finding.pointer || '/'} (line ${finding.line}, column ${finding.column})` : finding.pointer || '/'), ' ', finding.message, ' ', h('span', { class: 'muted' }, finding.code))));

/** A failure of a step or a cast, with its causes. */
export const failure = failed => failed && h('div', { class: 'problem' },
  h('p', null, h('strong', null, failed.message)),
  h('p', { class: 'muted' }, [
    failed.code,
    failed.step && `step ${failed.step}`,
    failed.item !== undefined && `element ${failed.item}`,
    failed.attempt && `attempt ${failed.attempt}`,
    `phase ${failed.phase}`,
    failed.transient ? 'transient' : 'not transient',
  ].filter(Boolean).join(' · ')),
  failed.details && details('Details', code(failed.details)),
  failed.cause && h('div', { class: 'cause' }, h('p', { class: 'label' }, 'Caused by'), failure(failed.cause)));

/**
 * A table. On a phone each row becomes a block with the names of its columns.
 * @param columns [{ name, cell: row => view, class, width }]; with widths nothing moves when other rows come.
 * @param rows With a `key` of each: row => text.
 */
export const table = (caption, columns, rows, key) => h('table', { class: columns.some(column => column.width) ? 'table is-fixed' : 'table' },
  h('caption', { class: 'unseen' }, caption),
  h('colgroup', null, columns.map(column => h('col', { style: { width: column.width ?? 'auto' } }))),
  h('thead', null, h('tr', null, columns.map(column => h('th', { scope: 'col', class: column.class }, column.name)))),
  h('tbody', null, rows.map(row => h('tr', { key: key(row) }, columns.map(column => h('td', { 'data-name': column.name, class: column.class }, column.cell(row)))))));

let newsTimer;
/** Says something in passing; also to those who do not see it. */
export function say(text) {
  const news = document.getElementById('news');
  render(news, h('p', null, text));
  clearTimeout(newsTimer);
  newsTimer = setTimeout(() => render(news), 8000);
}

/** Copies a text, and says so. */
export const copy = (text, what = 'Copied') => navigator.clipboard.writeText(text).then(() => say(`${what}.`), () => say('The browser does not allow copying here.'));

/**
 * Asks for something in a dialog. Escape and Cancel close it; the text of the error is shown in it when `submit` throws, and it stays open.
 * @param title Text, or a function that gives it.
 * @param fields A function that gives the content; it may call the given `update` to have it shown anew.
 * @param submit Given the form; what it returns is what ask() returns. Null: the dialog was closed.
 */
export function ask({ title, fields, action, kind = 'primary', submit }) {
  return new Promise(resolve => {
    const dialog = document.createElement('dialog');
    const before = document.activeElement;
    let error = null, busy = false;
    const close = result => {
      dialog.close();
      dialog.remove();
      // What was pressed may be gone with what it was for.
      (before?.isConnected ? before : document.getElementById('main')).focus({ preventScroll: true });
      resolve(result);
    };
    const onSubmit = async event => {
      event.preventDefault();
      if (busy) return;
      [busy, error] = [true, null];
      update();
      try {
        close(await submit(event.target) ?? true);
      } catch (failed) {
        [busy, error] = [false, failed];
        update();
        if (!(failed instanceof Error) || !('code' in failed)) throw failed;
      }
    };
    const update = () => render(dialog, h('form', { onSubmit },
      h('h2', { id: 'dialog-title' }, typeof title === 'function' ? title() : title),
      fields(update),
      problem(error),
      h('div', { class: 'actions' },
        button('Cancel', () => close(null)),
        h('button', { type: 'submit', class: `button ${kind}`, disabled: busy }, busy ? 'Working…' : action))));
    dialog.setAttribute('aria-labelledby', 'dialog-title');
    dialog.oncancel = event => { event.preventDefault(); close(null); };
    document.body.append(dialog);
    update();
    dialog.showModal();
    // The browser goes to the first field, which may be far below a long question.
    dialog.scrollTop = 0;
  });
}

/** Reads a text that should be JSON. @throws An error that says what is wrong with it. */
export function parse(text, what, kind = 'object') {
  let value;
  try {
    value = JSON.parse(text.trim() === '' ? '{}' : text);
  } catch (failed) {
    throw Object.assign(new Error(`${what} cannot be read as JSON: ${failed.message}`), { code: '', errors: [] });
  }
  if (kind === 'object' && (value === null || typeof value !== 'object' || Array.isArray(value))) {
    throw Object.assign(new Error(`${what} should be an object, as { "name": "value" }.`), { code: '', errors: [] });
  }
  return value;
}
