// The events of a cast as a list, newest last.

import { h } from '../lib/dom.js';
import { dateTime, time } from '../lib/format.js';
import { button, code, details, empty } from '../lib/ui.js';

const first = 300;

/** @param all Whether more than the last few hundred are shown. */
export function eventList(events, all, showAll) {
  if (events.length === 0) return empty('None yet.');
  const shown = all ? events : events.slice(-first);
  return [
    shown.length < events.length && h('p', null, button(`Show all ${events.length}`, showAll)),
    h('ol', { class: 'events' }, shown.map(event => h('li', { key: event.id },
      h('time', { datetime: event.at, title: dateTime(event.at), class: 'number muted' }, time(event.at)),
      h('span', { class: `event-type ${/failed|lost|exceeded|incident/.test(event.type) ? 'is-bad' : ''}` }, event.type),
      h('span', null, [event.step, event.item !== undefined && `element ${event.item}`, event.attempt && `attempt ${event.attempt}`].filter(Boolean).join(', ')),
      event.data && details('data', code(event.data))))),
  ];
}
