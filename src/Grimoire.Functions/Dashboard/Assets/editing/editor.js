// A text with numbered lines, some of them marked. Plain: a textarea, and beside it numbers that scroll with it.

import { h, render } from '../lib/dom.js';
import { lineAt, linesOf } from './places.js';

let made = 0;

/**
 * @param options `label`; `text`; `readOnly`; `changed`, called when something has been typed.
 * @returns `view`: where it is to be shown; `text`; `replace(text)`; `mark(lines)`: a Map from numbers of lines to "error" or "warning"; `goTo(start, end)`.
 */
export function createEditor({ label, text, readOnly = false, changed }) {
  const root = document.createElement('div');
  root.className = 'editor';
  const hint = `editor-hint-${++made}`;
  let area, numbers, shownLines = 0, marks = new Map(), isLeaving = false;

  const scrolled = () => { numbers.style.setProperty('transform', `translateY(${-area.scrollTop}px)`); };
  const lineHeight = () => Number.parseFloat(getComputedStyle(area).lineHeight);

  const showNumbers = () => {
    render(numbers,
      h('div', null, Array.from({ length: shownLines }, (_, index) => index + 1).join('\n')),
      [...marks].map(([line, kind]) => h('span', { key: line, class: `editor-mark ${kind}`, style: { top: `${(line - 1) * lineHeight()}px` } }, kind === 'error' ? '✕' : '!')));
  };
  const count = () => {
    const lines = linesOf(area.value).length;
    if (lines !== shownLines) {
      shownLines = lines;
      showNumbers();
    }
    scrolled();
  };
  const typed = () => {
    count();
    changed();
  };

  const onKeydown = event => {
    const wasLeaving = isLeaving;
    isLeaving = event.key === 'Escape' || (isLeaving && event.key === 'Shift');
    if (readOnly || event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === 'Tab' && !wasLeaving) {
      event.preventDefault();
      indent(area, event.shiftKey);
    } else if (event.key === 'Enter' && !event.shiftKey) {
      event.preventDefault();
      const before = area.value.slice(area.value.lastIndexOf('\n', area.selectionStart - 1) + 1, area.selectionStart);
      put(area, `\n${/^[ \t]*/.exec(before)[0]}${/[{[]\s*$/.test(before) ? '  ' : ''}`);
    }
  };

  render(root,
    h('div', { class: 'editor-frame' },
      h('div', { class: 'editor-gutter', 'aria-hidden': 'true' }, h('div', { class: 'editor-numbers', own: true, ref: node => { numbers = node; } })),
      h('textarea', {
        'aria-label': label, 'aria-describedby': hint, readOnly, wrap: 'off', spellcheck: 'false', autocapitalize: 'off', autocomplete: 'off', autocorrect: 'off',
        ref: node => { area = node; area.value = text; }, onInput: typed, onScroll: scrolled, onKeydown, onBlur: () => { isLeaving = false; },
      })),
    h('p', { class: 'hint', id: hint }, readOnly ? 'This text cannot be changed here.' : 'Tab indents. To leave the text with the keyboard, press Escape and then Tab.'));
  count();

  return {
    view: () => h('div', { key: hint, own: true, ref: node => { node.append(root); queueMicrotask(showNumbers); } }),
    get text() { return area.value; },
    replace(next) {
      area.value = next;
      typed();
    },
    mark(lines) {
      marks = lines;
      showNumbers();
    },
    /** Selects a part of the text, and scrolls to it. */
    goTo(start, end = start) {
      area.focus({ preventScroll: true });
      area.setSelectionRange(start, end);
      const starts = linesOf(area.value), line = lineAt(starts, start);
      area.scrollTop = Math.max(0, (line - 1) * lineHeight() - area.clientHeight / 2);
      // About the width of a letter: enough to see the place.
      area.scrollLeft = Math.max(0, (start - starts[line - 1]) * Number.parseFloat(getComputedStyle(area).fontSize) * 0.6 - area.clientWidth / 2);
      root.scrollIntoView({ block: 'nearest' });
    },
  };
}

/** Puts text in place of what is selected, in a way that can be undone. */
function put(area, text) {
  if (!document.execCommand('insertText', false, text)) {
    area.setRangeText(text, area.selectionStart, area.selectionEnd, 'end');
    area.dispatchEvent(new Event('input', { bubbles: true }));
  }
}

function indent(area, isBack) {
  const { value, selectionStart: start, selectionEnd: end } = area;
  if (!isBack && !value.slice(start, end).includes('\n')) {
    put(area, '  ');
    return;
  }
  const first = value.lastIndexOf('\n', start - 1) + 1;
  const before = value.slice(first, end);
  const after = before.split('\n').map(line => isBack ? line.replace(/^( {1,2}|\t)/, '') : line === '' ? line : `  ${line}`).join('\n');
  if (after === before) return;
  area.setSelectionRange(first, end);
  put(area, after);
  area.setSelectionRange(before.includes('\n') ? first : Math.max(first, start + after.length - before.length), first + after.length);
}
