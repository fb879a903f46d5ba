// A form made from a JSON Schema; what it has no control for is written as JSON, and so can all of it be.

import { h } from '../lib/dom.js';
import { button, code, details } from '../lib/ui.js';
import { json } from '../lib/format.js';

let made = 0;

/**
 * @param schema The JSON Schema of an object, or nothing: then it is JSON from the start.
 * @param options `values`: what is filled in; `update`: called when the form should be shown anew; `changed`: called when something is filled in.
 * @returns `view()`; `read()`: what has been filled in, or throws; `reject(errors)`: shows findings beside their fields and returns those that have none;
 *   `adopt(schema)`: another schema, and what has been filled in stays.
 */
export function createInputs(schema, { values = {}, update, changed = () => {} }) {
  const form = `inputs-${++made}`;
  let fields = [], text = '', isText = false, extra = {}, errors = new Map();

  const build = (nextSchema, given) => {
    schema = nextSchema;
    const properties = Object.entries(isObject(schema?.properties) ? schema.properties : {});
    const known = new Set(properties.map(([name]) => name));
    const required = new Set(Array.isArray(schema?.required) ? schema.required : []);
    fields = properties.map(([name, of], index) => makeField(name, isObject(of) ? of : {}, required.has(name), `${form}-${index}`, has(given, name) ? given[name] : undefined));
    extra = Object.fromEntries(Object.entries(given).filter(([name]) => !known.has(name)));
    errors = new Map();
  };
  const readFields = () => {
    const wrong = [], found = [];
    for (const field of fields) {
      try {
        const value = readField(field);
        if (value !== undefined) found.push([field.name, value]);
      } catch (failed) {
        wrong.push({ pointer: `/${escaped(field.name)}`, message: failed.message, code: 'input.unreadable' });
      }
    }
    if (wrong.length > 0) {
      api.reject(wrong);
      throw Object.assign(new Error('Something that is filled in cannot be read.'), { code: 'inputs.unreadable', errors: wrong });
    }
    // Not by assignment: a field may be called "__proto__".
    return Object.fromEntries([...found, ...Object.entries(extra)]);
  };
  const readText = () => {
    let value;
    try {
      value = JSON.parse(text.trim() === '' ? '{}' : text);
    } catch (failed) {
      throw Object.assign(new Error(`The inputs cannot be read as JSON: ${failed.message}`), { code: 'inputs.unreadable', errors: [] });
    }
    if (!isObject(value)) {
      throw Object.assign(new Error('The inputs should be an object, as { "name": "value" }.'), { code: 'inputs.unreadable', errors: [] });
    }
    return value;
  };
  const turn = () => {
    try {
      if (isText) {
        build(schema, readText());
      } else {
        text = json(readFields());
      }
      isText = !isText;
      errors.delete('');
    } catch (failed) {
      if (failed.code !== 'inputs.unreadable') throw failed;
      errors.set('', failed.message);
    }
    update();
  };
  const set = (field, value) => {
    field.value = value;
    errors.delete(field.name);
    changed();
    update();
  };

  const api = {
    read: () => isText ? readText() : readFields(),
    reject(list) {
      errors = new Map();
      const others = [];
      for (const finding of list) {
        const name = /^(?:\/inputs)?\/([^/]+)/.exec(finding.pointer ?? '')?.[1]?.replaceAll('~1', '/').replaceAll('~0', '~');
        const field = !isText && fields.find(one => one.name === name);
        field ? errors.set(name, [errors.get(name), finding.message].filter(Boolean).join(' ')) : others.push(finding);
      }
      update();
      if (errors.size > 0) queueMicrotask(() => document.getElementById(fields.find(field => errors.has(field.name))?.id)?.focus());
      return others;
    },
    adopt(next) {
      if (JSON.stringify(next) === JSON.stringify(schema)) return;
      if (isText) {
        if (fields.length === 0 && text.trim() === '' && isObject(next?.properties)) isText = false;
        build(next, {});
        return;
      }
      // What cannot be read is kept as it was typed, if the field is still there.
      const typed = new Map(fields.map(field => [field.name, field]));
      build(next, extra);
      for (const field of fields) {
        const before = typed.get(field.name);
        if (before?.kind === field.kind && before.isTouched) Object.assign(field, { value: before.value, isTouched: true });
      }
    },
    view: () => h('div', { class: 'inputs' },
      isText
        ? h('div', { key: 'text', class: 'field' },
          h('label', { class: 'label', for: `${form}-text` }, 'Inputs as JSON'),
          h('textarea', { id: `${form}-text`, rows: 6, spellcheck: 'false', autocapitalize: 'off', 'aria-describedby': `${form}-wrong`, 'aria-invalid': errors.has('') ? 'true' : null, value: text, onInput: event => { text = event.target.value; changed(); } }))
        : h('div', { key: 'fields' },
          fields.length === 0 && h('p', { class: 'muted' }, isObject(schema) ? 'It takes no inputs that it knows by name.' : 'It does not say what its inputs are: whatever is given is taken.'),
          fields.map(field => fieldView(field, errors.get(field.name), set)),
          Object.keys(extra).length > 0 && h('p', { class: 'muted wrap' }, `Given as JSON too: ${Object.keys(extra).join(', ')}.`)),
      h('p', { class: 'wrong', id: `${form}-wrong` }, errors.has('') && [h('span', { 'aria-hidden': 'true' }, '✕ '), errors.get('')]),
      h('div', { class: 'actions' },
        (!isText || fields.length > 0) && button(isText ? 'As a form' : 'As JSON', turn, { kind: 'quiet' }),
        isObject(schema) && details('The schema', code(schema)))),
  };

  build(schema, values);
  if (fields.length === 0 && schema?.additionalProperties !== false) {
    isText = true;
    text = Object.keys(values).length > 0 ? json(values) : '';
  }
  return api;
}

const isObject = value => value !== null && typeof value === 'object' && !Array.isArray(value);
const has = (value, name) => Object.prototype.hasOwnProperty.call(value, name);
const escaped = name => name.replaceAll('~', '~0').replaceAll('/', '~1');

/** What a value is filled in with: choice, yesNo, integer, number, line, text or json. */
function kindOf(schema) {
  const types = [schema.type].flat().filter(type => type !== 'null');
  if (Array.isArray(schema.enum) && schema.enum.length > 0 && schema.enum.length <= 200) return 'choice';
  if (types.length !== 1 || schema.$ref) return 'json';
  switch (types[0]) {
    case 'boolean': return 'yesNo';
    case 'integer':
    case 'number': return types[0];
    case 'string': return schema.maxLength <= 120 || schema.pattern || schema.format ? 'line' : 'text';
    default: return 'json';
  }
}

const fits = {
  choice: (value, schema) => indexOf(schema.enum, value) >= 0,
  yesNo: value => typeof value === 'boolean',
  integer: value => typeof value === 'number',
  number: value => typeof value === 'number',
  line: value => typeof value === 'string' && !value.includes('\n'),
  text: value => typeof value === 'string',
  json: () => true,
};

const indexOf = (values, value) => values.findIndex(one => JSON.stringify(one) === JSON.stringify(value));

function makeField(name, schema, isRequired, id, given) {
  const value = given === undefined ? schema.default : given;
  let kind = kindOf(schema);
  if (value !== undefined && !fits[kind](value, schema)) {
    kind = 'json';
  }
  const shown = value === undefined ? ''
    : kind === 'choice' ? String(indexOf(schema.enum, value))
    : kind === 'json' ? json(value)
    : kind === 'line' || kind === 'text' ? value
    : String(value);
  return { name, schema, isRequired, id, kind, value: shown, isTouched: given !== undefined };
}

/** What is filled in; undefined if nothing is. Throws if it cannot be. */
function readField({ kind, value, schema }) {
  if (value === '' || (kind !== 'line' && kind !== 'text' && value.trim() === '')) {
    return undefined;
  }
  switch (kind) {
    case 'choice': return schema.enum[Number(value)];
    case 'yesNo': return value === 'true';
    case 'line':
    case 'text': return value;
    case 'integer':
    case 'number': {
      const number = Number(value.trim());
      if (!Number.isFinite(number)) throw new Error('A number is wanted, as 12 or 0.5.');
      if (kind === 'integer' && !Number.isInteger(number)) throw new Error('A whole number is wanted, as 12.');
      if (kind === 'integer' && !Number.isSafeInteger(number)) throw new Error('The number is too large to be kept exactly.');
      return number;
    }
    default:
      try {
        return JSON.parse(value);
      } catch (failed) {
        throw new Error(`This cannot be read as JSON: ${failed.message}`);
      }
  }
}

function fieldView(field, error, set) {
  const { name, schema, isRequired, id, kind } = field;
  const notes = [schema.title && schema.title !== name ? schema.title : null, schema.description, boundsOf(schema), kind === 'json' ? `${wanted(schema)} as JSON.` : null]
    .filter(note => typeof note === 'string' && note !== '');
  const common = {
    id, name, value: field.value, 'aria-required': isRequired ? 'true' : null, 'aria-invalid': error ? 'true' : null, 'aria-describedby': `${id}-about ${id}-wrong`, spellcheck: kind === 'text' ? null : 'false', autocomplete: 'off',
    onInput: event => { field.isTouched = true; set(field, event.target.value); },
  };
  const lines = Math.min(12, Math.max(2, field.value.split('\n').length));
  const options = kind === 'choice' ? schema.enum.map((value, index) => [String(index), typeof value === 'string' ? value : JSON.stringify(value)]) : [['true', 'yes'], ['false', 'no']];
  return h('div', { key: `${name} ${kind}`, class: 'field' },
    h('label', { class: 'label', for: id }, name, isRequired && h('span', { class: 'muted' }, ' (required)')),
    kind === 'choice' || kind === 'yesNo'
      ? h('select', common, h('option', { value: '' }, '–'), options.map(([value, shown]) => h('option', { key: value, value }, shown)))
      : kind === 'text' || kind === 'json'
        ? h('textarea', { ...common, rows: lines, class: kind === 'text' ? 'prose' : null })
        : h('input', { ...common, type: 'text', inputmode: kind === 'integer' ? 'numeric' : kind === 'number' ? 'decimal' : null }),
    h('span', { class: 'hint', id: `${id}-about` }, notes.join(' ')),
    h('span', { class: 'wrong', id: `${id}-wrong` }, error && [h('span', { 'aria-hidden': 'true' }, '✕ '), error]));
}

const wanted = schema => {
  const types = [schema.type].flat().filter(Boolean);
  return types.length === 0 ? 'Any value' : types.map(type => ({ array: 'A list', object: 'An object', string: 'a text', boolean: 'true or false', null: 'null' })[type] ?? `a ${type}`).join(' or ');
};

function boundsOf({ minimum, maximum, maxLength, minItems, maxItems }) {
  const between = (least, most, unit) => least !== undefined && most !== undefined ? `${least} to ${most}${unit}.` : least !== undefined ? `At least ${least}${unit}.` : most !== undefined ? `At most ${most}${unit}.` : null;
  return between(minimum, maximum, '') ?? between(minItems, maxItems, ' elements') ?? between(undefined, maxLength, ' characters');
}
