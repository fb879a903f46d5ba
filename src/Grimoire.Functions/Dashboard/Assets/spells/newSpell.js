// Where the pages of spells are, and what a new one begins with.

import { to } from '../lib/ui.js';

/** "new" is where a new spell is written, and may be the name of one too. */
export const spellAddress = (slug, query = {}) => {
  const parameters = new URLSearchParams({ ...(slug === 'new' ? { saved: 'yes' } : {}), ...query });
  return to`/spells/${slug}` + (parameters.size > 0 ? `?${parameters}` : '');
};

export const example = {
  slug: 'my-spell',
  name: 'My spell',
  description: 'What it does, for people.',
  inputs: { type: 'object', required: ['name'], properties: { name: { type: 'string', minLength: 1, description: 'Who is greeted.' } } },
  steps: [
    { id: 'greeting', tool: 'text.template', with: { template: 'Hello, {{name}}!', values: { name: '${inputs.name}' } } },
    { id: 'page', tool: 'text.artifact', with: { name: 'hello.txt', text: '${steps.greeting.output.text}' } },
  ],
  output: { greeting: '${steps.greeting.output.text}', file: '${steps.page.output.artifact}' },
};

/** The slug that a document gives itself. */
export function slugOf(text, value) {
  if (value !== undefined) {
    return typeof value?.slug === 'string' ? value.slug : '';
  }
  return /^slug:[ \t]*["']?([^"'#\s]*)/m.exec(text)?.[1] ?? '';
}
