// Where the steps of a graph are put: in layers from top to bottom, each below all that it waits for, with room kept for lines that pass by.

export const size = { width: 184, height: 54, across: 28, down: 44, lane: 16, margin: 14 };

const mostLanes = 1500;

/**
 * @param graph As POST /spells/validate answers it.
 * @returns `nodes`: [{ step, index, x, y }] in the order of the spell; `lines`: [{ kind, path, arrow }]; `width`; `height`. Kinds: data, order, failure.
 */
export function layout(graph) {
  const nodes = graph.steps.map((step, index) => ({ step, index, layer: 0, x: 0, width: size.width }));
  const edges = edgesOf(nodes);
  setLayers(nodes, edges);
  const layers = [];
  for (const node of nodes) {
    (layers[node.layer] ??= []).push(node);
  }
  const parts = route(edges, layers);
  for (const layer of layers) {
    layer.forEach((slot, index) => { slot.place = index; });
  }
  // A very large graph is not made as neat as it could be: it should be there at once.
  const rounds = layers.reduce((sum, layer) => sum + layer.length, 0) > 600 ? 1 : 4;
  arrange(layers, rounds);
  space(layers, rounds);
  return draw(nodes, parts, layers);
}

function edgesOf(nodes) {
  // Of two steps of one id, which is an error, the first is meant.
  const byId = new Map();
  for (const node of nodes) {
    if (!byId.has(node.step.id)) byId.set(node.step.id, node);
  }
  const edges = [];
  const add = (from, to, kind) => {
    if (from && to && from !== to) edges.push({ from, to, kind });
  };
  for (const node of nodes) {
    const { after, uses, onFailure } = node.step;
    const used = new Set(uses);
    for (const id of uses) add(byId.get(id), node, 'data');
    for (const id of after) if (!used.has(id)) add(byId.get(id), node, 'order');
    for (const id of onFailure) add(node, byId.get(id), 'failure');
  }
  return edges;
}

/** The layer of a step is the length of the longest way to it. Lines that lead in a circle, which is an error, do not count: they lead upwards. */
function setLayers(nodes, edges) {
  const out = new Map(nodes.map(node => [node, []])), missing = new Map(nodes.map(node => [node, 0]));
  for (const edge of edges) {
    out.get(edge.from).push(edge.to);
    missing.set(edge.to, missing.get(edge.to) + 1);
  }
  const waiting = new Set(nodes), ready = nodes.filter(node => missing.get(node) === 0);
  while (waiting.size > 0) {
    const node = ready.pop() ?? waiting.values().next().value;
    if (!waiting.delete(node)) continue;
    for (const next of out.get(node)) {
      if (!waiting.has(next)) continue;
      next.layer = Math.max(next.layer, node.layer + 1);
      missing.set(next, missing.get(next) - 1);
      if (missing.get(next) === 0) ready.push(next);
    }
  }
}

/** Cuts lines into parts from one layer to the next. Lines of one kind from one step share their lane. */
function route(edges, layers) {
  const parts = [], lanes = new Map();
  let made = 0;
  for (const edge of edges.toSorted((a, b) => a.to.layer - b.to.layer)) {
    let from = edge.from;
    const isLong = edge.to.layer - from.layer > 1 && made + edge.to.layer - from.layer <= mostLanes;
    for (let layer = edge.from.layer + 1; isLong && layer < edge.to.layer; layer++) {
      const name = `${edge.from.index} ${edge.kind} ${layer}`;
      let lane = lanes.get(name);
      if (!lane) {
        lane = { layer, x: 0, width: size.lane, isLane: true };
        lanes.set(name, lane);
        layers[layer].push(lane);
        parts.push({ from, to: lane, kind: edge.kind });
        made++;
      }
      from = lane;
    }
    parts.push({ from, to: edge.to, kind: edge.kind });
  }
  for (const part of parts) {
    (part.from.below ??= []).push(part.to);
    (part.to.above ??= []).push(part.from);
  }
  return parts;
}

/** Fewer crossings: each where its neighbours are, a few times down and up. */
function arrange(layers, rounds) {
  const mean = slots => slots.reduce((sum, slot) => sum + slot.place, 0) / slots.length;
  const sort = (layer, side) => {
    const wanted = new Map(layer.map(slot => [slot, slot[side]?.length ? mean(slot[side]) : slot.place]));
    layer.sort((a, b) => wanted.get(a) - wanted.get(b)).forEach((slot, index) => { slot.place = index; });
  };
  for (let round = 0; round < rounds; round++) {
    layers.forEach(layer => sort(layer, 'above'));
    layers.toReversed().forEach(layer => sort(layer, 'below'));
  }
}

/** Straight lines where they can be: each as near below and above its neighbours as the others in its layer let it. */
function space(layers, rounds) {
  for (const layer of layers) {
    let x = 0;
    for (const slot of layer) {
      slot.x = x + slot.width / 2;
      x += slot.width + size.across;
    }
  }
  const pull = (layer, side) => {
    const wanted = layer.map(slot => slot[side]?.length ? slot[side].reduce((sum, other) => sum + other.x, 0) / slot[side].length : slot.x);
    // Blocks of slots that would overlap move as one, to the middle of what they want.
    const blocks = [];
    let offset = 0;
    layer.forEach((slot, index) => {
      if (index > 0) offset += (layer[index - 1].width + slot.width) / 2 + (layer[index - 1].isLane && slot.isLane ? 4 : size.across);
      let block = { sum: wanted[index] - offset, count: 1, slots: [[slot, offset]] };
      while (blocks.length > 0 && blocks.at(-1).sum / blocks.at(-1).count >= block.sum / block.count) {
        const last = blocks.pop();
        last.slots.push(...block.slots);
        block = { sum: last.sum + block.sum, count: last.count + block.count, slots: last.slots };
      }
      blocks.push(block);
    });
    for (const block of blocks) {
      for (const [slot, at] of block.slots) slot.x = block.sum / block.count + at;
    }
  };
  for (let round = 0; round < rounds + 1; round++) {
    layers.forEach(layer => pull(layer, 'above'));
    layers.toReversed().forEach(layer => pull(layer, 'below'));
  }
}

function draw(nodes, parts, layers) {
  const slots = layers.flat();
  const left = Math.min(...slots.map(slot => slot.x - slot.width / 2)) - size.margin;
  const width = Math.max(...slots.map(slot => slot.x + slot.width / 2)) - left + size.margin;
  const x = slot => Math.round(slot.x - left);
  const top = slot => size.margin + slot.layer * (size.height + size.down);
  const lines = parts.map(({ from, to, kind }) => {
    const start = [x(from), top(from) + size.height], end = [x(to), top(to)];
    const bend = Math.max(size.down / 2, (end[1] - start[1]) / 2);
    // A lane goes straight through its layer.
    const through = to.isLane ? ` V${end[1] + size.height}` : '';
    return {
      kind,
      path: `M${start[0]} ${start[1]} C${start[0]} ${start[1] + bend} ${end[0]} ${end[1] - bend} ${end[0]} ${end[1]}${through}`,
      arrow: to.isLane ? null : `M${end[0] - 4} ${end[1] - 8} L${end[0]} ${end[1] - 1} L${end[0] + 4} ${end[1] - 8} Z`,
    };
  });
  return {
    nodes: nodes.map(node => ({ step: node.step, index: node.index, x: x(node) - size.width / 2, y: top(node) })),
    lines,
    width: Math.ceil(width),
    height: layers.length * (size.height + size.down) - size.down + 2 * size.margin,
  };
}
