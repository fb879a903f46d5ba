// A new cook: which spell, over which pieces, and how. What is wrong with a piece is shown with its place in the text, where it can be corrected.

import { api, newIdempotencyKey, path } from '../lib/api.js';
import { h } from '../lib/dom.js';
import { button, code, details, field, head, problem, say, to } from '../lib/ui.js';
import { bytes, plural } from '../lib/format.js';
import { formOf, forms, placeOf, requestOf } from './piecesText.js';

const mostBytes = 24 * 1024 * 1024;
/** A longer text makes a text field slow: it is kept, and not shown. */
const mostShown = 1_000_000;

export async function openNewCook(page) {
  const state = { slug: page.query.spell ?? '', spells: [], spell: null, text: '', file: null, form: 'json', chosen: false, error: null, busy: false, sent: null };
  page.title('New cook');
  const set = changes => { Object.assign(state, changes); show(); };

  const take = (text, fileName) => set({ text, file: fileName ?? null, form: state.chosen ? state.form : formOf(text, fileName) });
  const chooseFile = async input => {
    const file = input.files[0];
    if (!file) return;
    input.value = '';
    if (file.size > mostBytes) {
      set({ error: Object.assign(new Error(`${file.name} has ${bytes(file.size)}; a cook may have ${bytes(mostBytes)}.`), { code: 'document.tooLarge', errors: [] }) });
    } else {
      take(await file.text(), file.name);
    }
  };

  const chooseSpell = async slug => {
    set({ slug, spell: null });
    if (!slug) return;
    const spell = await api(path`/spells/${slug}`, { signal: page.signal, scoped: true }).catch(() => null);
    if (state.slug === slug) set({ spell });
  };

  const start = async event => {
    event.preventDefault();
    if (state.busy) return;
    const form = event.target.elements;
    const number = name => form[name].value.trim() === '' ? null : Number(form[name].value);
    set({ busy: true, error: null });
    try {
      const request = requestOf(state.form, state.text, {
        spell: form.spell.value.trim(), version: number('version'), name: form.name.value.trim() || null,
        concurrency: number('concurrency'), tolerated: number('tolerated'), budgetUsd: number('budget'), pieceBudgetUsd: number('pieceBudget'),
      });
      // The same again, after an answer that did not come, starts nothing again; something else is another cook.
      const meant = JSON.stringify([request.query, request.text]);
      if (state.sent?.meant !== meant) state.sent = { meant, key: newIdempotencyKey() };
      const started = await api('/cooks', { method: 'POST', ...request, headers: { 'Idempotency-Key': state.sent.key }, scoped: true, signal: page.signal });
      say(`A cook of ${plural(started.pieces, 'piece')} has begun.`);
      location.hash = to`/cooks/${started.cookId}`;
    } catch (error) {
      if (page.signal.aborted) return;
      set({ busy: false, error });
      if (!('code' in error)) throw error;
      document.getElementById('cook-trouble').scrollIntoView({ block: 'nearest' });
    }
  };

  const goTo = finding => {
    const span = placeOf(state.form, state.text, finding);
    const area = document.getElementById('cook-pieces');
    if (!span || !area) return;
    area.focus();
    area.setSelectionRange(...span);
    // Browsers bring a selection into view only when something is typed.
    const before = state.text.slice(0, span[0]).split('\n').length;
    area.scrollTop = Math.max(0, before - 3) * parseFloat(getComputedStyle(area).lineHeight);
  };

  const show = () => page.show(
    head('New cook', h('a', { class: 'button', href: '#/cooks' }, 'All cooks')),
    h('form', { class: 'card', onSubmit: start },
      field('Spell', h('input', {
        name: 'spell', value: state.slug, required: true, list: 'cook-spells', spellcheck: 'false', autocomplete: 'off', onChange: event => chooseSpell(event.target.value.trim()),
      }), 'The slug of a saved spell. It is cast once for each piece.'),
      h('datalist', { id: 'cook-spells' }, state.spells.map(spell => h('option', { key: spell.slug, value: spell.slug }))),
      h('div', { class: 'new-cook-inputs' }, inputsOf(state.spell)),
      h('div', { class: 'columns' },
        field('Form of the pieces', h('select', { value: state.form, onChange: event => set({ form: event.target.value, chosen: true }) },
          forms.map(([form, text]) => h('option', { key: form, value: form }, text)))),
        field('From a file', h('input', { type: 'file', accept: '.json,.jsonl,.ndjson,.csv,.txt', onChange: event => chooseFile(event.target) }), `Up to ${bytes(mostBytes)}, 100,000 pieces.`)),
      state.text.length > mostShown
        ? h('p', null, `${state.file ?? 'The text'} is too long to be shown here (${bytes(state.text.length)}). `, button('Remove it', () => take('')))
        : field(state.file ? `Pieces, from ${state.file}` : 'Pieces', h('textarea', {
          id: 'cook-pieces', class: 'new-cook-pieces', value: state.text, required: true, spellcheck: 'false', placeholder: examples[state.form], onChange: event => take(event.target.value),
        })),
      h('div', { id: 'cook-trouble' }, state.error && troubleOf(state, goTo)),
      h('div', { class: 'columns' },
        field('Name', h('input', { name: 'name', maxlength: 200, autocomplete: 'off' }), 'For people.'),
        field('Version of the spell', h('input', { name: 'version', type: 'number', min: 1, step: 1, placeholder: 'the newest' })),
        field('Pieces at once', h('input', { name: 'concurrency', type: 'number', min: 1, max: 50, step: 1, placeholder: '8' }), '1 to 50.'),
        field('Tolerated failures, of a hundred pieces', h('input', { name: 'tolerated', type: 'number', min: 0, max: 100, step: 'any', placeholder: '0' }), 'With more the cook stops, and what has been cast stays. 100: all may fail.'),
        field('Budget of the cook, USD', h('input', { name: 'budget', type: 'number', min: 0, max: 1000000, step: 'any', placeholder: 'none' })),
        field('Budget of a piece, USD', h('input', { name: 'pieceBudget', type: 'number', min: 0, max: 1000000, step: 'any', placeholder: 'none' }))),
      h('div', { class: 'actions' }, h('button', { type: 'submit', class: 'button primary', disabled: state.busy }, state.busy ? 'Checking…' : 'Begin the cook'),
        h('span', { class: 'muted' }, 'All pieces are checked first; nothing is cast if one does not fit.'))));

  show();
  chooseSpell(state.slug);
  state.spells = await api('/spells', { query: { top: 200 }, signal: page.signal, scoped: true }).then(found => found.spells);
  show();
}

const examples = {
  json: '[\n  { "artist": "Sigur Rós" },\n  { "artist": "Björk", "hd": true }\n]',
  jsonl: '{"artist": "Sigur Rós"}\n{"artist": "Björk", "hd": true}',
  csv: 'artist,hd\nSigur Rós,\nBjörk,true',
  generate: '{ "product": { "style": ["oil", "ink"], "size": [1, 2, 3] } }',
};

/** What a piece may have, by the spell's schema. */
function inputsOf(saved) {
  if (!saved) return null;
  const inputs = saved.document.inputs;
  const names = Object.keys(inputs?.properties ?? {});
  if (names.length === 0) return h('p', { class: 'hint' }, 'The spell says nothing of its inputs.');
  const required = new Set(inputs.required ?? []);
  return [
    h('p', { class: 'hint wrap' }, 'Inputs of a piece: ', names.map((name, index) => h('span', { key: name }, index > 0 && ', ', h('code', null, name), required.has(name) && ' (required)')), '.'),
    details('Their schema', code(inputs)),
  ];
}

/** What was refused, each with its piece, and a way to it. */
function troubleOf(state, goTo) {
  const { error } = state;
  if ((error.errors ?? []).length === 0) return problem(error);
  return h('div', { class: 'problem', role: 'alert' },
    h('p', null, h('strong', null, error.message), ' ', h('span', { class: 'muted' }, error.code)),
    h('ul', { class: 'findings cook-findings', tabindex: '0', 'aria-label': 'What is wrong' }, error.errors.map(finding => h('li', null,
      h('code', null, finding.line ? `${finding.pointer || '/'} (line ${finding.line})` : finding.pointer || '/'), ' ', finding.message, ' ', h('span', { class: 'muted' }, finding.code), ' ',
      state.text.length <= mostShown && placeOf(state.form, state.text, finding) && button('Go to it', () => goTo(finding), { kind: 'small', 'aria-label': `Go to ${finding.pointer}` })))));
}
