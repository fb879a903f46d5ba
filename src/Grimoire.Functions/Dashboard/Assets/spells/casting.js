// The form that casts a spell, and tells before what a cast would do.

import { api, path } from '../lib/api.js';
import { h } from '../lib/dom.js';
import { button, code, cost, details, findings, problem, table, to } from '../lib/ui.js';
import { money, plural } from '../lib/format.js';
import { createInputs } from '../editing/inputs.js';
import { createOnce } from '../lib/once.js';
import { createStart } from '../lib/starting.js';

/**
 * @param options `schema` of the inputs; `signal` of the page; `update`: called when it should be shown anew; `document()`: { text, type }, the spell as it is in the editor;
 *   `isSaved()`: it is as it was saved; `saved()`: saves what is not saved, and gives { slug, version } or null.
 */
export function createCasting({ schema, signal, update, document, isSaved, saved }) {
  const state = { budget: '', dryRun: null };
  const inputs = createInputs(schema, { update, changed: () => { state.isStale = true; } });
  const start = createStart();

  const once = createOnce(state, { signal, update, take: inputs.reject });
  const cast = event => {
    event.preventDefault();
    return once('cast', async () => {
      inputs.reject([]);
      const given = inputs.read(), budget = readBudget(state.budget);
      // Nothing is saved for a cast that cannot be; whether the spell is valid is told when it is saved.
      if (!isSaved()) checkInputs((await validate(given)).dryRun);
      const spell = await saved();
      if (!spell) return;
      const { castId } = await start(path`/spells/${spell.slug}/casts`, { inputs: given, version: spell.version, ...(budget === null ? {} : { budgetUsd: budget }) });
      if (!signal.aborted) location.hash = to`/casts/${castId}`;
    });
  };
  const validate = given => {
    const { text, type } = document();
    return api('/spells/validate', { method: 'POST', text: withInputs(text, type, given), type, scoped: true, signal });
  };
  const checkInputs = dryRun => {
    if (dryRun?.inputErrors.length > 0) throw Object.assign(new Error('The inputs do not fit the spell. Nothing was saved.'), { code: 'inputs.invalid', errors: dryRun.inputErrors });
  };
  const dryRun = () => once('dry', async () => {
    inputs.reject([]);
    const answer = await validate(inputs.read());
    if (answer.dryRun) {
      Object.assign(state, { dryRun: answer.dryRun, isStale: false });
      inputs.reject(answer.dryRun.inputErrors);
    } else {
      state.dryRun = null;
      throw Object.assign(new Error('The spell is not valid, so it cannot be told what it would do.'), { code: 'spell.invalid', errors: answer.errors.map(error => ({ ...error, pointer: error.pointer.replace(/^\/spell/, '') })) });
    }
  });

  return {
    adopt: inputs.adopt,
    view: name => h('form', { class: 'casting', novalidate: true, onSubmit: cast },
      inputs.view(),
      h('div', { class: 'field budget' },
        h('label', { class: 'label', for: 'budget' }, 'Budget in USD'),
        h('input', { id: 'budget', name: 'budgetUsd', inputmode: 'decimal', autocomplete: 'off', size: 10, value: state.budget, 'aria-describedby': 'budget-about', onInput: event => { state.budget = event.target.value; } }),
        h('span', { class: 'hint', id: 'budget-about' }, 'Optional: it stops before a step that would take it beyond. It can only lower what the spell allows.')),
      h('div', { class: 'actions' },
        h('button', { type: 'submit', class: 'button primary', disabled: state.busy !== null }, state.busy === 'cast' ? 'Starting…' : name),
        button(state.busy === 'dry' ? 'Working…' : 'What would happen?', dryRun, { disabled: state.busy !== null })),
      problem(state.error),
      h('div', { 'aria-live': 'polite' }, state.dryRun && dryRunView(state.dryRun))),
  };
}

function readBudget(text) {
  if (text.trim() === '') return null;
  const amount = Number(text.trim());
  if (!Number.isFinite(amount) || amount < 0) {
    throw Object.assign(new Error('The budget should be an amount of USD, as 0.5, or nothing.'), { code: 'budget.unreadable' });
  }
  return amount;
}

/** The document together with inputs, in the format of the document: so that it need not be read here. */
const withInputs = (text, type, inputs) => type === 'application/json'
  ? `{"spell":${text}\n,"inputs":${JSON.stringify(inputs)}}`
  : `spell:\n${text.replace(/^---[ \t]*\n/, '').replace(/^/gm, '  ')}\ninputs: ${JSON.stringify(inputs)}\n`;

const outcomes = { runs: '✓ runs', skipped: '↷ is skipped', unknown: '? depends on results', onFailure: '↪ only if another fails' };

function dryRunView(dry) {
  const columns = [
    { name: 'Step', cell: step => h('code', null, step.id) },
    { name: 'Calls', cell: step => step.tool ?? `spell ${step.spell}` },
    { name: 'It', cell: step => [outcomes[step.outcome] ?? step.outcome, step.items !== undefined && step.items !== null && `, for ${plural(step.items, 'element')}`] },
    { name: 'Costs about', class: 'right', cell: step => step.estimateUsd === undefined || step.estimateUsd === null ? 'not known' : cost(step.estimateUsd) },
    { name: 'With', class: 'whole', cell: step => step.input !== undefined && step.input !== null && details('Its input', code(step.input)) },
  ];
  const wrong = [...dry.inputErrors, ...dry.errors];
  return h('div', { class: 'dry-run' },
    h('h3', null, 'What would happen'),
    wrong.length > 0 && h('div', { class: 'problem' }, h('p', null, h('strong', null, 'It would not go well with these inputs.')), findings(wrong)),
    h('p', null, `About ${money(dry.estimateUsd)}${dry.estimateIsComplete ? '' : ' or more: not every cost is known'}, without retries.`,
      dry.budgetUsd !== undefined && dry.budgetUsd !== null && ` The budget of the spell is ${money(dry.budgetUsd)}${dry.exceedsBudget ? ': that is not enough.' : '.'}`),
    h('div', { class: 'table-card' }, table('Steps of the dry run', columns, dry.steps, step => step.id)),
    dry.output !== undefined && dry.output !== null && details('What it comes to', code(dry.output)),
    h('p', { class: 'hint' }, 'Nothing has been called. { "unknown": … } stands for what is known only when it runs.'));
}
