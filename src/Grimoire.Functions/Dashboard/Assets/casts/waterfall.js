// The steps of a cast over time: one row a step, one bar an attempt; what waited is hatched, apart from what ran.

import { h } from '../lib/dom.js';
import { duration, money } from '../lib/format.js';
import { isIdle, scaleOf, ticks } from './scale.js';
import { stepBadge } from './stepDetails.js';
import { Timeline } from './timeline.js';
import { badge } from '../lib/ui.js';

const words = { run: 'ran', wait: 'waited', failed: 'failed', cancelled: 'was cancelled', retry: 'paused before the next attempt' };
const maxLanes = 100;

/**
 * @param steps Those of GET /casts/{id}, in their order.
 * @param timeline What the events tell.
 * @param options `from`, `to` (now, while it runs), `selected` (id of a step), `select(id)`, `squeeze` (null: if it helps), `setSqueeze(on)`,
 *   `open` (ids of steps whose elements are shown), `toggle(id)`.
 */
export function waterfall(steps, timeline, { from, to, selected, select, squeeze, setSqueeze, open, toggle }) {
  const rows = steps.map(step => ({ step, told: timeline.steps.get(step.id) })).map(row => ({ ...row, segments: segmentsOf(row.told, to) }));
  // A break may be where nothing was done: not here, and not by a service that answers later.
  const busy = rows.flatMap(row => row.segments).filter(segment => segment.kind === 'run' || segment.kind === 'failed' || (segment.kind === 'wait' && segment.attempt.waitsFor === 'job'));
  const canSqueeze = isIdle(busy, from, to);
  const isSqueezed = canSqueeze && (squeeze ?? true);
  const scale = scaleOf(busy, from, to, isSqueezed);
  return h('div', { class: 'waterfall' },
    h('div', { class: 'waterfall-head' },
      h('ul', { class: 'legend', 'aria-label': 'What the bars mean' }, [['run', 'runs'], ['wait', 'waits'], ['retry', 'pause before a retry'], ['failed', 'failed attempt']].map(([kind, text]) => h('li', { key: kind }, h('span', { class: `bar-sample bar-${kind}` }), text))),
      canSqueeze && h('label', { class: 'squeeze' }, h('input', { type: 'checkbox', checked: isSqueezed, onChange: event => setSqueeze(event.target.checked) }), ' Shorten long waits')),
    h('div', { class: 'axis', 'aria-hidden': 'true' }, h('span'), h('span'), h('span', null, 'took'), h('span', null, 'cost'), h('div', { class: 'track' },
      isSqueezed ? null : ticks(from, to).filter(at => scale.at(at) < 0.93).map(at => h('span', { key: at - from, class: 'tick', style: { left: percent(scale.at(at)) } }, at === from ? '0' : duration(at - from))),
      scale.breaks.map(gap => h('span', { key: `break ${gap.from}`, class: 'tick is-break', style: { left: percent(scale.at(gap.from)), width: percent(scale.at(gap.to) - scale.at(gap.from)) } }, duration(gap.to - gap.from))))),
    h('ol', { class: 'rows', 'aria-label': 'Steps' }, rows.map(row => stepRow(row, scale, to, { selected, select, open, toggle }))));
}

function stepRow({ step, told, segments }, scale, now, { selected, select, open, toggle }) {
  const lanes = told ? [...told.lanes.values()].filter(lane => lane.item !== undefined).sort((a, b) => a.item - b.item) : [];
  const isOpen = open.has(step.id);
  const took = told?.startedAt ? (told.endedAt ?? now) - told.startedAt : null;
  return h('li', { key: step.id, class: `row${selected === step.id ? ' is-selected' : ''}` },
    h('div', { class: 'row-line' },
      h('div', { class: 'row-name' },
        h('button', { type: 'button', class: 'row-button', 'aria-pressed': String(selected === step.id), onClick: () => select(selected === step.id ? null : step.id) },
          h('strong', null, step.name ?? step.id), h('span', { class: 'muted' }, ` ${step.spell ? `spell ${step.spell}` : step.tool ?? ''}`)),
        lanes.length > 0 && h('button', { type: 'button', class: 'button quiet lanes-button', 'aria-expanded': String(isOpen), onClick: () => toggle(step.id) }, `${isOpen ? '▾' : '▸'} ${lanes.length} elements`)),
      h('div', { class: 'row-facts' }, stepBadge(step), step.attempts > 1 && h('span', { class: 'muted', title: `${step.attempts} attempts` }, ` ×${step.attempts}`)),
      h('div', { class: 'row-facts number' }, took !== null && duration(took)),
      h('div', { class: 'row-facts number' }, step.costUsd > 0 && money(step.costUsd)),
      h('div', { class: 'track' }, h('span', { class: 'unseen' }, step.reusedFrom ? 'taken over' : describe(told, now)), bars(lanes.length > 1 ? merged(segments) : segments, scale, now, lanes.length > 1))),
    isOpen && h('ol', { class: 'lanes' },
      lanes.slice(0, maxLanes).map(lane => h('li', { key: lane.item, class: 'row-line' },
        h('div', { class: 'row-name muted' }, `element ${lane.item}`),
        h('div', { class: 'row-facts' }, badge(laneStatus(lane)), lane.attempts.length > 1 && h('span', { class: 'muted', title: `${lane.attempts.length} attempts` }, ` ×${lane.attempts.length}`)),
        h('div', { class: 'row-facts number' }, laneTook(lane, now)),
        h('div'),
        h('div', { class: 'track' }, bars(ended(Timeline.segments(lane), now), scale, now, false)))),
      lanes.length > maxLanes && h('li', { class: 'muted' }, `and ${lanes.length - maxLanes} more; the step has them all.`)));
}

const laneTook = (lane, now) => lane.attempts.length === 0 ? '' : duration((lane.attempts.at(-1).endedAt ?? now) - lane.attempts[0].startedAt);

/** One without an attempt was taken over from the cast that this one redrives. */
const laneStatus = lane => lane.attempts.at(-1)?.status ?? 'reused';

const ended = (segments, now) => segments.map(segment => ({ ...segment, isOpen: segment.to === null, to: Math.max(segment.from, segment.to ?? now) }));

const segmentsOf = (told, now) => told ? ended([...told.lanes.values()].flatMap(lane => Timeline.segments(lane)), now) : [];

/** Elements that ran at the same time are one bar: a thousand of them are still a few. */
function merged(segments) {
  const found = [];
  for (const kind of ['run', 'wait', 'retry', 'cancelled', 'failed']) {
    let last = null;
    for (const segment of segments.filter(one => one.kind === kind).sort((a, b) => a.from - b.from)) {
      if (last && segment.from <= last.to) {
        last.to = Math.max(last.to, segment.to);
        last.isOpen ||= segment.isOpen;
      } else {
        last = { from: segment.from, to: segment.to, kind, isOpen: segment.isOpen, attempt: null };
        found.push(last);
      }
    }
  }
  return found;
}

const bars = (segments, scale, now, isMerged) => segments.map((segment, index) => {
  const left = scale.at(segment.from);
  return h('span', {
    key: index,
    class: `bar bar-${segment.kind}${segment.isOpen ? ' is-open' : ''}${isMerged ? ' is-merged' : ''}`,
    style: { left: percent(left), width: percent(scale.at(segment.to) - left) },
    title: `${segment.attempt ? `Attempt ${segment.attempt.number} ` : ''}${words[segment.kind]}, ${duration(segment.to - segment.from)}${segment.isOpen ? ' until now' : ''}${segment.attempt?.failure ? `: ${segment.attempt.failure.message}` : ''}`,
  });
});

/** For those who do not see the bars. */
function describe(told, now) {
  if (!told?.startedAt) return 'not started';
  const attempts = [...told.lanes.values()].flatMap(lane => lane.attempts);
  return `${attempts.length} ${attempts.length === 1 ? 'attempt' : 'attempts'}, ${duration((told.endedAt ?? now) - told.startedAt)}`;
}

const percent = part => `${(part * 100).toFixed(3)}%`;
