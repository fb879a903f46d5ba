// Where the pages of tools are, where tools come from, and what a new one begins with.

import { to } from '../lib/ui.js';

export const sources = { saved: 'saved here', folder: 'the app’s folder', builtIn: 'built in' };

/** "new" is where a new tool is written, and may be the id of one too. */
export const toolAddress = id => to`/tools/${id}` + (id === 'new' ? '?saved=yes' : '');

export const example = {
  id: 'my-tool',
  name: 'My tool',
  description: 'What it does, for people.',
  kind: 'http',
  input: { type: 'object', additionalProperties: false, required: ['text'], properties: { text: { type: 'string', minLength: 1 } } },
  output: { type: 'object', required: ['answer'], properties: { answer: { type: 'string' } } },
  request: { method: 'POST', url: 'https://example.com/answers', headers: { Authorization: 'Bearer ${secret:MY_TOOL_KEY}' }, body: { text: '${inputs.text}' } },
  response: { output: { answer: '${response.body.answer}' } },
  cost: { estimateUsd: 0.01 },
  limits: { concurrency: 4 },
  timeout: 'PT30S',
};
