// A text of pieces, as somebody has pasted it: which form it has, what is sent for it, and where in it a piece is.

import { parse } from '../lib/ui.js';

export const forms = [
  ['json', 'JSON: a list of objects'],
  ['jsonl', 'JSON Lines: an object a line'],
  ['csv', 'CSV: a table with a head'],
  ['generate', 'Generated: what docs/cooks.md says of “generate”'],
];

/** A table is sent as it is, and the URL says the rest. */
export const isTable = form => form === 'jsonl' || form === 'csv';

export function formOf(text, fileName) {
  const ending = (fileName ?? '').toLowerCase().split('.').at(-1);
  if (ending === 'csv') return 'csv';
  if (ending === 'jsonl' || ending === 'ndjson') return 'jsonl';
  const start = text.trimStart();
  if (start.startsWith('[')) return 'json';
  if (!start.startsWith('{')) return 'csv';
  return /^\{\s*"(product|traits|count|seed|unique|with)"/.test(start) ? 'generate' : 'jsonl';
}

/**
 * What POST /cooks is called with.
 * @param said What is said of the cook besides its pieces: spell, version, name, concurrency, …; what is null is not said.
 */
export function requestOf(form, text, said) {
  const told = Object.entries(said).filter(([, value]) => value !== null);
  if (isTable(form)) {
    return { query: Object.fromEntries(told), text, type: form === 'csv' ? 'text/csv' : 'application/jsonl' };
  }
  if (form === 'json' && !Array.isArray(parse(text, 'The pieces', 'any'))) {
    throw Object.assign(new Error('The pieces should be a list of objects, as [{ "name": "value" }].'), { code: 'json', errors: [] });
  }
  if (form === 'generate') parse(text, 'What is to be generated');
  // Not read and written again: numbers would lose digits.
  const fields = told.map(([name, value]) => `${JSON.stringify(name)}:${JSON.stringify(value)}`);
  return { query: {}, text: `{${[...fields, `${JSON.stringify(form === 'json' ? 'pieces' : 'generate')}:${text}`].join(',')}}`, type: 'application/json' };
}

/** Where in the text a finding is: [from, to], or null. */
export function placeOf(form, text, finding) {
  if (isTable(form)) return finding.line ? lineSpan(text, finding.line) : null;
  const piece = /^\/pieces\/(\d+)/.exec(finding.pointer ?? '');
  return form === 'json' && piece ? elementSpan(text, Number(piece[1])) : null;
}

function lineSpan(text, line) {
  const ends = /\r\n|\n|\r/g;
  let from = 0;
  for (let number = 1; number < line; number++) {
    if (!ends.exec(text)) return null;
    from = ends.lastIndex;
  }
  const end = ends.exec(text);
  return [from, end ? end.index : text.length];
}

/** The element of a JSON list: what is between commas that are in nothing but the list. */
function elementSpan(text, wanted) {
  let depth = 0, element = 0, from = -1;
  for (let at = 0; at < text.length; at++) {
    const character = text[at];
    if (character === '"') {
      for (at++; at < text.length && text[at] !== '"'; at++) if (text[at] === '\\') at++;
    } else if (character === '[' || character === '{') {
      if (++depth === 1) from = at + 1;
    } else if (character === ',' && depth === 1 || (character === ']' || character === '}') && --depth === 0) {
      if (element === wanted) {
        const inner = text.slice(from, at);
        return [from + inner.length - inner.trimStart().length, at - (inner.length - inner.trimEnd().length)];
      }
      element++;
      from = at + 1;
    }
  }
  return null;
}
