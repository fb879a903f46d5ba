// What the events of a cast tell of its steps and attempts: a fold. Each event is taken once, in any order.

const endings = {
  'attempt.completed': 'completed', 'attempt.failed': 'failed', 'attempt.lost': 'lost', 'attempt.cancelled': 'cancelled',
};
const stepEndings = {
  'step.completed': 'completed', 'step.failed': 'failed', 'step.cancelled': 'cancelled', 'step.skipped': 'skipped', 'step.reused': 'completed',
};

const ms = text => text ? new Date(text).getTime() : null;

export class Timeline {
  /** By id, in the order in which they began. @type {Map<string, Step>} */
  steps = new Map();
  #seen = new Set();

  take(events) {
    for (const event of events) {
      if (!this.#seen.has(event.id)) {
        this.#seen.add(event.id);
        this.#one(event);
      }
    }
  }

  step(id) {
    let step = this.steps.get(id);
    if (!step) {
      step = { id, status: 'pending', startedAt: null, endedAt: null, lanes: new Map() };
      this.steps.set(id, step);
    }
    return step;
  }

  /** Everything that ran or waited in a step, as { from, to, kind, attempt }; `to` is null for what goes on. Kinds: run, wait, failed, cancelled, retry. */
  static segments(lane) {
    const segments = [];
    for (const attempt of lane.attempts) {
      const kind = attempt.status === 'failed' || attempt.status === 'lost' ? 'failed' : attempt.status === 'cancelled' ? 'cancelled' : 'run';
      // From there on somebody else is at work, and it is waited for: a person, a service that answers later, the clock, a circuit that is open.
      const waitsFrom = attempt.waitsFor === 'time' ? attempt.startedAt : attempt.waitsFrom;
      // A circuit that was open is waited for first, and then it runs.
      const waitsTo = attempt.waitsFor === 'circuit' && attempt.waitsTo < (attempt.endedAt ?? Date.now()) ? attempt.waitsTo : attempt.endedAt;
      const runsTo = waitsFrom ?? attempt.endedAt;
      if (runsTo === null || runsTo > attempt.startedAt || waitsFrom === null) {
        segments.push({ from: attempt.startedAt, to: runsTo, kind, attempt });
      }
      if (waitsFrom !== null) {
        segments.push({ from: waitsFrom, to: waitsTo, kind: kind === 'run' || waitsTo !== attempt.endedAt ? 'wait' : kind, attempt });
      }
      if (waitsFrom !== null && waitsTo !== attempt.endedAt) {
        segments.push({ from: waitsTo, to: attempt.endedAt, kind, attempt });
      }
      if (attempt.retryAt !== null && attempt.endedAt !== null) {
        const next = lane.attempts.find(other => other.number === attempt.number + 1);
        segments.push({ from: attempt.endedAt, to: next?.startedAt ?? (lane.isOver ? attempt.endedAt : null), kind: 'retry', attempt });
      }
    }
    return segments;
  }

  #one(event) {
    const at = ms(event.at);
    const data = event.data ?? {};
    if (!event.step) {
      return;
    }
    const step = this.step(event.step);
    if (event.type === 'step.started') {
      step.startedAt = at;
      if (step.endedAt === null) step.status = 'running';
    } else if (stepEndings[event.type]) {
      this.#endStep(step, event, at, data);
    } else if (event.type === 'item.reused') {
      this.#lane(step, event.item).isOver = true;
    } else if (event.attempt) {
      const lane = this.#lane(step, event.item);
      this.#attempt(lane, this.#attemptOf(lane, event.attempt, at), event, at, data);
    }
  }

  #endStep(step, event, at, data) {
    if (step.endedAt !== null) return;
    step.endedAt = at;
    step.status = event.type === 'step.reused' && data.skipped ? 'skipped' : stepEndings[event.type];
    for (const lane of step.lanes.values()) {
      lane.isOver = true;
      for (const attempt of lane.attempts.filter(attempt => attempt.endedAt === null)) {
        attempt.endedAt = at;
        attempt.status = step.status;
      }
    }
  }

  #attempt(lane, attempt, event, at, data) {
    if (endings[event.type]) {
      attempt.status = endings[event.type];
      attempt.endedAt = at;
      attempt.failure = data.failure;
      lane.isOver = event.type === 'attempt.completed' || event.type === 'attempt.cancelled';
      return;
    }
    switch (event.type) {
      case 'attempt.started':
        attempt.startedAt = at;
        attempt.waitsFor ??= data.tool === 'wait' ? 'time' : null;
        return;
      case 'attempt.retrying': attempt.retryAt = ms(data.at); return;
      case 'job.started': case 'approval.requested': case 'attempt.held':
        attempt.waitsFrom = at;
        attempt.waitsTo = ms(data.until);
        attempt.waitsFor = event.type === 'job.started' ? 'job' : event.type === 'attempt.held' ? 'circuit' : 'answer';
        return;
    }
  }

  #lane(step, item) {
    const key = item ?? -1;
    let lane = step.lanes.get(key);
    if (!lane) {
      lane = { item, attempts: [], isOver: false };
      step.lanes.set(key, lane);
    }
    return lane;
  }

  #attemptOf(lane, number, at) {
    let attempt = lane.attempts.find(other => other.number === number);
    if (!attempt) {
      attempt = { number, startedAt: at, endedAt: null, status: 'running', waitsFrom: null, waitsTo: null, waitsFor: null, retryAt: null };
      lane.attempts.push(attempt);
      lane.attempts.sort((one, other) => one.number - other.number);
    }
    return attempt;
  }
}
