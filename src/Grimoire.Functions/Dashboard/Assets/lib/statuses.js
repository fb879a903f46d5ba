// What casts and cooks can be, and the filter by it.

import { h } from './dom.js';

const ended = ['completed', 'failed', 'cancelled'];
export const inFlight = ['pending', 'running', 'paused'];

export const hasEnded = status => ended.includes(status);

/** @param wanted Those that are shown; none: all. @param choose Is given those that should be. */
export function statusFilter(wanted, choose) {
  const one = (text, isPressed, next) => h('button', { key: text, type: 'button', class: 'button', 'aria-pressed': String(isPressed), onClick: () => choose(next) }, text);
  return h('div', { class: 'field' }, h('span', { class: 'label', id: 'status-label' }, 'Status'),
    h('div', { class: 'group', role: 'group', 'aria-labelledby': 'status-label' },
      one('All', wanted.length === 0, []),
      [...inFlight, ...ended].map(status => one(status, wanted.includes(status), wanted.includes(status) ? wanted.filter(other => other !== status) : [...wanted, status]))));
}

/** "failed,running", as it is in addresses. */
export const statusesIn = text => (text ?? '').split(',').filter(Boolean);
