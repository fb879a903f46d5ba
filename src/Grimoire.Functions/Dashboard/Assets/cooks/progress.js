// What all pages about cooks show in the same way.

import { h } from '../lib/dom.js';
import { count } from '../lib/format.js';

/** The statuses of a piece, in the order in which they are told. */
export const pieceStatuses = ['completed', 'failed', 'cancelled', 'running', 'waiting'];

/** How far a cook is: a bar, and the same in words. @param progress As the API has it; a cook that has not begun has none. */
export function progressBar(progress, label = 'Progress') {
  if (!progress) return h('span', { class: 'muted' }, 'not begun');
  const part = (name, className) => h('span', { key: name, class: className, style: { width: `${share(progress[name], progress.total)}%` } });
  const text = progressText(progress);
  return h('div', { class: 'cook-progress' },
    h('div', { class: 'progress', role: 'progressbar', 'aria-label': label, 'aria-valuemin': 0, 'aria-valuemax': progress.total, 'aria-valuenow': progress.ended, 'aria-valuetext': text },
      part('completed', 'good'), part('failed', 'bad'), part('cancelled', 'quiet'), part('running', '')),
    h('div', { class: 'cook-progress-text' }, text));
}

function progressText(progress) {
  const done = `${count(progress.completed)} of ${count(progress.total)} done`;
  return [done, ...['failed', 'cancelled', 'running'].filter(name => progress[name] > 0).map(name => `${count(progress[name])} ${name}`)].join(', ');
}

const share = (some, all) => all > 0 ? 100 * some / all : 0;
