// Places times on a line. Long stretches in which nothing runs (somebody is asked, a clock is waited for) can be squeezed, so that what ran can be told apart.

const squeezed = 0.06; // of the line, for a stretch that is

/**
 * @param busy [{ from, to }], when something ran.
 * @param squeeze Whether long stretches without any are shortened.
 * @returns at(time) from 0 to 1; breaks: [{ from, to }] that were shortened; ticks(n).
 */
export function scaleOf(busy, from, to, squeeze) {
  const pieces = squeeze ? piecesOf(busy, from, to) : [{ from, to, weight: 1 }];
  const at = time => {
    let before = 0;
    for (const piece of pieces) {
      if (time <= piece.to) {
        return before + piece.weight * Math.max(0, Math.min(1, (time - piece.from) / Math.max(1, piece.to - piece.from)));
      }
      before += piece.weight;
    }
    return 1;
  };
  return { at, from, to, breaks: pieces.filter(piece => piece.isBreak) };
}

/** Whether more than half of the time nothing ran, and in one stretch long enough to be worth it. */
export const isIdle = (busy, from, to) => busy.length > 0 && idle(busy, from, to).some(gap => gap.to - gap.from > Math.max(10_000, (to - from) / 2));

function idle(busy, from, to) {
  const gaps = [];
  let reached = from;
  for (const one of [...busy].sort((a, b) => a.from - b.from)) {
    if (one.from > reached) gaps.push({ from: reached, to: Math.min(one.from, to) });
    reached = Math.max(reached, one.to);
  }
  if (reached < to) gaps.push({ from: reached, to });
  return gaps;
}

function piecesOf(busy, from, to) {
  const gaps = idle(busy, from, to);
  const active = (to - from) - gaps.reduce((sum, gap) => sum + gap.to - gap.from, 0);
  const breaks = gaps.filter(gap => gap.to - gap.from > Math.max(1000, active / 4)).sort((a, b) => (b.to - b.from) - (a.to - a.from)).slice(0, 6).sort((a, b) => a.from - b.from);
  const rest = (to - from) - breaks.reduce((sum, gap) => sum + gap.to - gap.from, 0);
  const width = 1 - breaks.length * squeezed;
  const pieces = [];
  let reached = from;
  for (const gap of breaks) {
    pieces.push({ from: reached, to: gap.from, weight: width * (gap.from - reached) / Math.max(1, rest) });
    pieces.push({ ...gap, weight: squeezed, isBreak: true });
    reached = gap.to;
  }
  pieces.push({ from: reached, to, weight: width * (to - reached) / Math.max(1, rest) });
  return pieces;
}

/** Round steps of time, about `count` of them: [{ at, text }]. */
export function ticks(from, to, count = 6) {
  const steps = [10, 20, 50, 100, 200, 500, 1e3, 2e3, 5e3, 10e3, 15e3, 30e3, 60e3, 120e3, 300e3, 600e3, 900e3, 1800e3, 3600e3, 7200e3, 14400e3, 43200e3, 86400e3];
  const step = steps.find(length => (to - from) / length <= count) ?? Math.ceil((to - from) / count / 86400e3) * 86400e3;
  const found = [];
  for (let offset = 0; offset <= to - from; offset += step) found.push(from + offset);
  return found;
}
