// The steps of a spell and what connects them, as a picture whose steps are buttons: they can be reached by keyboard, and read out with what they wait for.

import { h } from '../lib/dom.js';
import { layout, size } from './layers.js';
import { plural } from '../lib/format.js';

const cache = new WeakMap();

/**
 * @param graph As POST /spells/validate answers it.
 * @param options `wrong`: a Map from the place of a step in the spell to { errors, warnings }, how many there are about it; `choose(index)`: a step has been activated.
 */
export function graphView(graph, { wrong = new Map(), choose }) {
  if (!cache.has(graph)) {
    cache.set(graph, layout(graph));
  }
  const { nodes, lines, width, height } = cache.get(graph);
  const has = kind => lines.some(line => line.kind === kind);
  return h('div', { class: 'graph-part' },
    h('div', { class: 'graph', tabindex: '0', role: 'region', 'aria-label': 'Graph of the steps', ref: node => showFirst(node, nodes[0]) },
      h('div', { class: 'graph-plane', style: { width: `${width}px`, height: `${height}px` } },
        h('svg', { role: 'img', 'aria-label': `${plural(nodes.length, 'step')}, ${graph.order === 'graph' ? 'each as soon as all that it waits for has ended' : 'one after the other'}. The list that follows says what each waits for.`, width, height, viewBox: `0 0 ${width} ${height}` },
          lines.map((line, index) => [
            h('path', { key: index, class: `graph-line is-${line.kind}`, d: line.path }),
            line.arrow && h('path', { key: `${index} arrow`, class: `graph-arrow is-${line.kind}`, d: line.arrow }),
          ])),
        h('ol', { class: 'graph-steps', 'aria-label': 'Steps' }, nodes.map(node => h('li', { key: node.index }, stepView(node, wrong.get(node.index) ?? { errors: 0, warnings: 0 }, choose)))))),
    h('p', { class: 'graph-key' },
      has('order') && sample('order', 'then'),
      has('data') && sample('data', 'its result is used'),
      has('failure') && sample('failure', 'if it fails')));
}

/** What is wider than its place begins with the first step. */
const showFirst = (node, first) => requestAnimationFrame(() => {
  if (first) node.scrollLeft = first.x + size.width / 2 - node.clientWidth / 2;
});

const sample = (kind, text) => h('span', null,
  h('svg', { width: 30, height: 10, 'aria-hidden': 'true' }, h('path', { class: `graph-line is-${kind}`, d: 'M1 5 H29' })), ' ', text);

function stepView({ step, index, x, y }, { errors, warnings }, choose) {
  const shape = ['graph-step', step.isConditional && 'is-conditional', step.isForEach && 'is-each', step.isHandler && 'is-handler', errors > 0 && 'is-wrong'].filter(Boolean).join(' ');
  return h('button', {
    type: 'button', class: shape, title: [step.name, step.id].filter(Boolean).join('\n'), onClick: () => choose(index),
    style: { left: `${x}px`, top: `${y}px`, width: `${size.width}px`, height: `${size.height}px` },
  },
    h('span', { class: 'graph-name' }, step.id),
    h('span', { class: 'unseen' }, ', calls '),
    h('span', { class: 'graph-of' }, step.tool ?? (step.spell ? `spell ${step.spell}` : '')),
    h('span', { class: 'graph-marks' },
      step.isConditional && mark('if', 'conditional'),
      step.isForEach && mark('each', 'for each element'),
      step.isHandler && mark('on failure', 'runs only in place of a step that has failed'),
      errors > 0 && mark(`✕ ${errors}`, plural(errors, 'error'), 'wrong'),
      warnings > 0 && mark(`! ${warnings}`, plural(warnings, 'warning'), 'doubtful')),
    h('span', { class: 'unseen' }, connections(step)));
}

const mark = (text, spoken, kind = '') => h('span', { class: `graph-mark ${kind}`.trim() }, h('span', { 'aria-hidden': 'true' }, text), h('span', { class: 'unseen' }, `, ${spoken}`));

const connections = step => [
  step.after.length > 0 && `, after ${step.after.join(', ')}`,
  step.uses.length > 0 && `, uses the result of ${step.uses.join(', ')}`,
  step.onFailure.length > 0 && `, if it fails ${step.onFailure.join(', ')}`,
].filter(Boolean).join('');
