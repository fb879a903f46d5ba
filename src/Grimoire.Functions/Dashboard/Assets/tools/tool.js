// A tool: what it takes, what it is, what it costs; a form to try it; and for admins an editor.

import { api, path, session } from '../lib/api.js';
import { createDocument } from '../editing/document.js';
import { h } from '../lib/dom.js';
import { guard } from '../editing/leaving.js';
import { createOnce } from '../lib/once.js';
import { pretty } from '../editing/pretty.js';
import { saveFile } from '../lib/save.js';
import { slugOf } from '../spells/newSpell.js';
import { example, sources, toolAddress } from './newTool.js';
import { createTrial } from './trial.js';
import { ask, at, badge, button, code, cost, details, facts, head, problem, say, section, table } from '../lib/ui.js';

export default async function open(page) {
  const isNew = page.params.id === 'new' && page.query.saved !== 'yes';
  const id = isNew ? null : page.params.id;
  const mayChange = session.may('admin');
  const state = { tool: isNew ? null : await get(page, id), isEditing: isNew };
  page.title(id ?? 'New tool');

  const text = createDocument({ label: 'The document of the tool', text: pretty(state.tool?.document ?? example), readOnly: !mayChange, signal: page.signal, update: () => show(), check: checkSyntax });
  const trial = id !== null && session.may('caster') ? createTrial({ id, schema: state.tool.document.input ?? null, signal: page.signal, update: () => show() }) : null;

  const once = createOnce(state, { signal: page.signal, update: () => show(), take: errors => { if (errors.length > 0) text.showFindings(errors); return []; } });
  const save = () => once('save', async () => {
    const sent = text.text;
    const name = id ?? idOf(sent, text.value);
    if (name === '') throw Object.assign(new Error('The document has no id, by which spells call the tool: { "id": "my-tool", … }.'), { code: 'tool.id' });
    if (isNew && !await mayTake(page, name)) return;
    const answer = await api(path`/tools/${name}`, { method: 'PUT', text: sent, type: text.type, scoped: true });
    text.savedAs(sent);
    say(`'${name}' is saved.${answer.warnings.length > 0 ? ` ${answer.warnings.map(warning => warning.message).join(' ')}` : ''}`);
    if (page.signal.aborted) return;
    if (isNew) {
      location.hash = toolAddress(name);
    } else {
      Object.assign(state, { tool: await get(page, id), isEditing: false });
      trial?.adopt(state.tool.document.input ?? null);
    }
  });
  const remove = async () => {
    const removed = await ask({
      title: `Remove '${id}'`, action: 'Remove', kind: 'danger',
      fields: () => h('p', null, 'Spells that call it are no longer valid, unless a tool of this id comes with the app. Casts that have begun go on with what they have.'),
      submit: () => api(path`/tools/${id}`, { method: 'DELETE', scoped: true }).then(() => true),
    });
    if (!removed) return;
    text.savedAs(text.text);
    say(`'${id}' has been removed.`);
    location.hash = '/tools';
  };
  const edit = () => {
    state.isEditing = true;
    show();
    text.check();
  };

  const editor = tool => section(isNew ? 'Document' : tool.source === 'saved' ? 'Edit' : 'Edit a copy',
    !isNew && tool.source !== 'saved' && h('p', null, 'What you save here goes before the tool of this id that comes with the app, for this account.'),
    text.view(),
    problem(state.error),
    h('div', { class: 'actions' },
      button(state.busy ? 'Saving…' : 'Save', save, { kind: 'primary', disabled: state.busy !== null }),
      h('span', { class: text.isChanged ? 'unsaved' : 'muted' }, text.isChanged ? '● Not saved.' : '')));
  const show = () => page.show(...view(state.tool, state.tool?.document));
  const view = (tool, document) => [
    head([document?.name || id || 'New tool', ' ', tool && badge(tool.source, sources[tool.source] ?? tool.source)],
      mayChange && !state.isEditing && button(tool.source === 'saved' ? 'Edit' : 'Edit a copy', edit),
      tool && button('Download', () => saveFile(new Blob([pretty(document)], { type: 'application/json' }), `${id}.json`)),
      mayChange && tool?.source === 'saved' && button('Remove…', remove, { kind: 'danger' })),
    isNew && h('p', { class: 'spell-about muted' }, 'Not saved yet. Its id is what spells call it by. Secrets are named, as ${secret:NAME}, and never written here.'),
    tool && [
      h('p', { class: 'spell-about' }, h('code', null, id), ' ', document.description ?? ''),
      section('About', aboutView(tool)),
    ],
    state.isEditing && mayChange && editor(tool),
    trial && section('Try it', trial.view()),
    tool && section('What it takes', schemaView(document.input)),
    tool && section('Definition', code(pretty(document))),
  ];

  const back = guard(page.signal, () => mayChange && state.isEditing && text.isChanged ? text.text : null, 'this tool');
  if (back !== null) state.isEditing = true;
  show();
  if (back !== null) text.replace(back);
  else if (isNew) text.check();
}

const get = (page, id) => api(path`/tools/${id}`, { signal: page.signal, scoped: true });

/** The id may be taken: by a tool of the app, which the new one then goes before, or by one that was saved, which it replaces. */
async function mayTake(page, id) {
  const { tools } = await api('/tools', { signal: page.signal, scoped: true });
  const other = tools.find(tool => tool.id === id);
  return !other || await ask({
    title: `There is a tool '${id}' already`, action: 'Save', kind: 'danger',
    fields: () => h('p', null, other.source === 'saved' ? 'It was saved here. Yours takes its place, and what it was is lost.' : 'It comes with the app. Yours goes before it, for this account, until it is removed.'),
    submit: async () => true,
  }) !== null;
}

/** Only the app knows what a tool is, and says so when one is saved; that a text is JSON can be told here. */
async function checkSyntax(content, type) {
  if (type !== 'application/json') {
    return { errors: [], isSyntaxOnly: true };
  }
  try {
    JSON.parse(content);
    return { errors: [], isSyntaxOnly: true };
  } catch (failed) {
    const offset = Number(/position (\d+)/.exec(failed.message)?.[1] ?? content.length);
    const before = content.slice(0, offset).split('\n');
    return { errors: [{ pointer: '', code: 'document.syntax', message: `Not JSON: ${failed.message}`, line: before.length, column: before.at(-1).length + 1 }] };
  }
}

const idOf = (content, value) => slugOf(content.replace(/^id:/m, 'slug:'), value === undefined ? undefined : { slug: value?.id });

function aboutView({ source, savedAt, document }) {
  const { kind, delivery, timeout, limits, cost: costs, retry } = document;
  const limit = name => limits?.[name];
  return facts([
    ['Kind', kind],
    ['Delivery', delivery ?? 'immediate'],
    ['From', sources[source] ?? source],
    source === 'saved' && ['Saved', at(savedAt)],
    ['Expected cost', costs?.estimateUsd === undefined ? 'not known' : cost(costs.estimateUsd)],
    ['Timeout', timeout ?? 'the default'],
    ['At the same time', limit('concurrency') === undefined ? 'no limit' : String(limit('concurrency'))],
    Object.keys(limits ?? {}).some(name => name !== 'concurrency') && ['Limits', h('code', null, JSON.stringify(limits))],
    retry !== undefined && ['Retry', h('code', null, JSON.stringify(retry))],
  ]);
}

function schemaView(schema) {
  const properties = Object.entries(schema?.properties ?? {});
  if (properties.length === 0) {
    return schema ? code(schema) : h('p', { class: 'muted' }, 'It does not say: any object is taken.');
  }
  const required = new Set(schema.required ?? []);
  const columns = [
    { name: 'Input', cell: ([name]) => h('code', null, name) },
    { name: 'Type', cell: ([, of]) => typeOf(of) },
    { name: 'Required', cell: ([name]) => required.has(name) ? 'yes' : 'no' },
    { name: 'Default', cell: ([, of]) => of?.default === undefined ? '–' : h('code', null, JSON.stringify(of.default)) },
    { name: 'What it is', class: 'whole', cell: ([, of]) => of?.description ?? '' },
  ];
  return [h('div', { class: 'table-card' }, table('Inputs of the tool', columns, properties, ([name]) => name)), details('The schema', code(pretty(schema)))];
}

const typeOf = of => Array.isArray(of?.enum) ? of.enum.map(value => JSON.stringify(value)).join(', ') : [of?.type].flat().filter(Boolean).join(' or ') || 'any';
