// What each day has cost, as bars. It is a picture of what a table tells too.

import { h } from '../lib/dom.js';
import { money } from '../lib/format.js';

const dayMs = 86_400_000;

/** @param rows [{ day, costUsd }], days without anything may be missing. */
export function dayBars(from, to, rows) {
  const costs = new Map(rows.map(row => [row.day, row.costUsd]));
  const days = daysOf(from, to);
  const most = Math.max(0, ...costs.values());
  const height = day => most > 0 ? `${100 * (costs.get(day) ?? 0) / most}%` : '0%';
  return h('figure', { class: 'bars' },
    h('figcaption', null, 'Cost of each day', h('span', { class: 'muted' }, most > 0 ? `, ${money(most)} at most` : ': nothing')),
    h('div', { class: 'bars-days', role: 'img', 'aria-label': `Cost of each day from ${from} to ${to}, ${money(most)} at most. The table by day has the numbers.` },
      days.map(day => h('div', { key: day, class: 'bars-day', title: `${day}: ${money(costs.get(day) ?? 0)}` }, h('span', { style: { height: height(day) } })))),
    h('div', { class: 'bars-ends', 'aria-hidden': 'true' }, h('span', null, days[0]), h('span', null, days.at(-1))));
}

function daysOf(from, to) {
  const days = [];
  for (let at = Date.parse(from); at <= Date.parse(to) && days.length < 400; at += dayMs) {
    days.push(new Date(at).toISOString().slice(0, 10));
  }
  return days;
}
