// A document in an editor, checked while it is typed: its text, its format, what is wrong with it and where.

import { ApiError } from '../lib/api.js';
import { createEditor } from './editor.js';
import { h } from '../lib/dom.js';
import { plural } from '../lib/format.js';
import { lineAt, linesOf, nearest, placesOf } from './places.js';
import { toYaml } from './yaml.js';

const pause = 400, mostShown = 200;

/**
 * @param options `label`; `text`, which is JSON; `readOnly`; `signal` of the page; `update`: called when it should be shown anew;
 *   `check(text, type, signal)`: answers { errors, warnings, … }; null: what can be checked here is.
 */
export function createDocument({ label, text, readOnly = false, signal, check, update }) {
  const state = { format: 'json', result: null, failed: null, isChecking: false, lines: [] };
  let timer, running = new AbortController(), converted = null, saved = text;

  const editor = createEditor({ label, text, readOnly, changed: () => { state.isChecking = check !== null; update(); later(pause); } });
  const stop = () => {
    clearTimeout(timer);
    running.abort();
  };
  const later = delay => {
    stop();
    if (!signal.aborted && check) timer = setTimeout(run, delay);
  };
  // A check that is overtaken by another one is given up: its answer is about a text that is no more.
  const run = async () => {
    const mine = running = new AbortController();
    const isOvertaken = () => mine.signal.aborted || signal.aborted;
    try {
      const result = await check(editor.text, self.type, mine.signal);
      if (!isOvertaken()) show(result);
    } catch (failed) {
      if (isOvertaken()) return;
      if (!(failed instanceof ApiError)) throw failed;
      Object.assign(state, { failed, isChecking: false });
      if (failed.status === 0 || failed.status === 429 || failed.status >= 500) later((failed.retryAfter ?? 5) * 1000);
      update();
    }
  };
  const show = result => {
    const all = [...result.errors.map(finding => ({ ...finding, kind: 'error' })), ...(result.warnings ?? []).map(finding => ({ ...finding, kind: 'warning' }))];
    const marks = new Map();
    const places = state.format === 'json' ? placesOf(editor.text) : null, starts = linesOf(editor.text);
    for (const finding of all) {
      finding.shownLine = finding.line ?? (places && lineAt(starts, nearest(places, finding.pointer ?? '').start));
      if (finding.shownLine && marks.get(finding.shownLine) !== 'error') marks.set(finding.shownLine, finding.kind);
    }
    Object.assign(state, { result: { ...result, all }, failed: null, isChecking: false });
    editor.mark(marks);
    update();
  };
  signal.addEventListener('abort', stop, { once: true });

  const self = {
    get text() { return editor.text; },
    get type() { return state.format === 'yaml' ? 'application/yaml' : 'application/json'; },
    get format() { return state.format; },
    /** What the last check has answered; it may be about the text as it was a moment ago. */
    get result() { return state.result; },
    /** The text as a value, or undefined: it is YAML, or not JSON yet. */
    get value() {
      if (state.format !== 'json') return undefined;
      try {
        return JSON.parse(editor.text);
      } catch {
        return undefined;
      }
    },
    check: () => { state.isChecking = check !== null; later(0); },
    /** Something would be lost with the text. The same in another format is nothing new. */
    get isChanged() { return editor.text !== saved && !(converted?.json === saved && converted.yaml === editor.text); },
    savedAs: was => { saved = was; },
    /** Findings that came another way: with the answer to an attempt to save. */
    showFindings: errors => { stop(); show({ ...state.result, errors, warnings: [] }); },
    replace: next => editor.replace(next),
    /** Moves the cursor to what a pointer names. */
    goTo(pointer) {
      if (state.format === 'json') {
        const place = nearest(placesOf(editor.text), pointer);
        const end = editor.text.indexOf('\n', place.start);
        editor.goTo(place.start, place.isExact ? Math.min(place.end, end < 0 ? place.end : end) : place.start);
      } else {
        editor.goTo(0);
      }
    },
    /** In YAML nothing but its name tells where a step is. */
    goToStep(index, id) {
      if (state.format === 'json') {
        self.goTo(`/steps/${index}`);
        return;
      }
      const found = linesOf(editor.text).find(start => /^[\s-]*id:\s*["']?([^"'\s#]*)/.exec(editor.text.slice(start, start + 300).split('\n')[0])?.[1] === id);
      editor.goTo(found ?? 0);
    },
    view: () => h('div', { class: 'document' },
      !readOnly && h('div', { class: 'document-bar' },
        h('label', null, 'Format ', h('select', { name: 'format', value: state.format, onChange: event => turnTo(event.target.value) }, h('option', { value: 'json' }, 'JSON'), h('option', { value: 'yaml' }, 'YAML')))),
      editor.view(),
      check && [statusView(), findingsView()]),
  };

  const turnTo = format => {
    const before = editor.text;
    state.format = format;
    if (format === 'yaml') {
      let value;
      try {
        value = JSON.parse(before);
      } catch {
        // What is not JSON may be YAML: it is left as it is.
      }
      if (value !== undefined) {
        converted = { json: before, yaml: toYaml(value) };
        editor.replace(converted.yaml);
      }
    } else if (converted?.yaml === before) {
      editor.replace(converted.json);
    }
    self.check();
    update();
  };

  const statusView = () => {
    const { result, failed, isChecking } = state;
    const text = failed ? `Not checked: ${failed.status === 0 ? 'the app does not answer. It is asked again.' : failed.message}`
      : !result ? 'Checking…'
      : result.errors.length > 0 ? [plural(result.errors.length, 'error'), result.warnings?.length > 0 && plural(result.warnings.length, 'warning')].filter(Boolean).join(', ')
      : result.warnings?.length > 0 ? `Valid, with ${plural(result.warnings.length, 'warning')}`
      : result.isSyntaxOnly ? 'It can be read. Saving checks the rest.'
      : 'Valid';
    const kind = failed || !result ? '' : result.errors.length > 0 ? 'failed' : 'ok';
    return h('p', { class: 'document-status', 'aria-busy': isChecking ? 'true' : null },
      h('span', { role: 'status', class: `badge ${kind && `is-${kind}`}` }, h('span', { 'aria-hidden': 'true' }, kind === 'ok' ? '✓ ' : kind === 'failed' ? '✕ ' : ''), h('span', null, text)),
      h('span', { class: 'muted', 'aria-hidden': 'true' }, isChecking && result ? ' …' : ''));
  };
  const findingsView = () => {
    const all = state.result?.all ?? [];
    return h('div', { class: 'document-findings', role: 'region', 'aria-label': 'Findings', tabindex: '0' },
      all.length === 0 ? h('p', { class: 'muted' }, 'What is wrong with the text is listed here while you type.') : h('ul', null, all.slice(0, mostShown).map((finding, index) => h('li', { key: index },
        h('button', { type: 'button', class: `finding is-${finding.kind}`, onClick: () => goToFinding(finding) },
          h('span', { class: 'finding-kind' }, finding.kind === 'error' ? '✕ error' : '! warning'), ' ',
          h('span', { class: 'number' }, [finding.shownLine && `line ${finding.shownLine}`, finding.column && `column ${finding.column}`].filter(Boolean).join(', ')), ' ',
          h('code', null, finding.pointer || '/'), ' ', finding.message, ' ', h('span', { class: 'muted' }, finding.code))))),
      all.length > mostShown && h('p', { class: 'muted' }, `and ${plural(all.length - mostShown, 'other')}`));
  };
  const goToFinding = finding => {
    if (!finding.line) {
      self.goTo(finding.pointer ?? '');
      return;
    }
    const starts = linesOf(editor.text), line = Math.min(finding.line, starts.length);
    const end = (starts[line] ?? editor.text.length + 1) - 1;
    editor.goTo(Math.min(end, starts[line - 1] + Math.max(0, (finding.column ?? 1) - 1)));
  };

  return self;
}
