// Redrives or discards dead letters, page after page until there are no more, and tells what came of it.

import { api } from '../lib/api.js';
import { h } from '../lib/dom.js';
import { ask, field } from '../lib/ui.js';
import { count } from '../lib/format.js';

const perRequest = 50;

/** @param what `{ filter }` or `{ casts }`. @param text The same in words. @param done Is given the outcome, also of what was done before it went wrong. */
export const askRedrive = (what, text, done) => dialog({
  what, done, route: '/deadletters/redrive', list: 'redriven', verb: 'redriven', title: `Redrive ${text}`, action: 'Redrive', kind: 'primary',
  content: () => [
    h('p', null, 'Each is cast again from the step that failed. What went well before it is not paid for again. Pieces of cooks are cast again by their cook.'),
    field('Which version of the spell', h('select', { name: 'version' }, h('option', { value: 'original' }, 'The one that each ran'), h('option', { value: 'newest' }, 'The newest')), 'Pieces of cooks only as they were.'),
    field('Budget of each, USD', h('input', { name: 'budget', type: 'number', min: 0, max: 1000000, step: 'any', placeholder: 'as it was' })),
  ],
  read: form => ({
    // Left out where it changes nothing: with it, pieces of cooks are refused.
    ...form.elements.version.value === 'newest' ? { version: 'newest' } : {},
    ...form.elements.budget.value.trim() !== '' ? { budgetUsd: Number(form.elements.budget.value) } : {},
  }),
});

export const askDiscard = (what, text, done) => dialog({
  what, done, route: '/deadletters/discard', list: 'discarded', verb: 'discarded', title: `Discard ${text}`, action: 'Discard', kind: 'danger',
  content: () => [
    h('p', null, 'They leave this list; the casts stay, and can still be redriven one by one.'),
    field('Reason', h('input', { name: 'reason', required: true, maxlength: 500, autocomplete: 'off' }), 'Kept with each cast.'),
  ],
  read: form => ({ reason: form.elements.reason.value.trim() }),
});

async function dialog({ what, done, route, list, verb, title, action, kind, content, read }) {
  const outcome = { verb, done: [], refused: [], remaining: 0, more: false };
  let update;
  await ask({
    title, action, kind,
    fields: again => {
      update = again;
      return [content(), h('p', { class: 'muted', role: 'status' }, outcome.done.length + outcome.refused.length > 0 && `${count(outcome.done.length)} ${verb}, ${count(outcome.refused.length)} refused, ${count(outcome.remaining)}${outcome.more ? ' or more' : ''} left…`)];
    },
    submit: async form => {
      const body = { ...what, ...read(form) };
      let continuation = null;
      do {
        const answer = await api(route, { method: 'POST', query: { top: perRequest, continuation }, body, scoped: true });
        outcome.done.push(...answer[list]);
        outcome.refused.push(...answer.refused);
        Object.assign(outcome, { remaining: answer.remaining, more: answer.more === true });
        continuation = answer.continuation ?? null;
        update();
        // Who closes the dialog stops it between two pages.
      } while (continuation !== null && form.isConnected);
    },
  });
  if (outcome.done.length + outcome.refused.length > 0) await done(outcome);
}
