// All pieces of a cook, as small as they can be kept: 100,000 of them are some megabytes, and a change of one is told without looking at the others.

import { api, path } from '../lib/api.js';
import { pieceStatuses } from './progress.js';

const codes = Object.fromEntries(pieceStatuses.map((status, code) => [status, code]));
const perPage = 200;

export class Pieces {
  constructor(cookId, total) {
    this.cookId = cookId;
    this.total = total;
    this.statuses = new Uint8Array(total).fill(codes.waiting);
    this.generations = new Uint16Array(total);
    this.costs = new Float64Array(total);
    /** Whether there is a cast to look at: a piece that could not be begun has none. */
    this.begun = new Uint8Array(total);
    this.codes = new Map();
    this.counts = Object.fromEntries(pieceStatuses.map(status => [status, 0]));
    this.counts.waiting = total;
    this.dearest = 0;
    /** Number of the last event that is in here. */
    this.after = 0;
    this.changed = new Set();
    this.isFilled = false;
  }

  status(piece) {
    return pieceStatuses[this.statuses[piece]];
  }

  /** The cast of a piece; its id follows from that of the cook, as docs/cooks.md has it. */
  castId(piece) {
    return this.begun[piece] ? castIdOf(this.cookId, piece, this.generations[piece]) : null;
  }

  /** A piece as the list of pieces has it. */
  put({ piece, status, generation, costUsd, castId, code }) {
    if (piece >= this.total || this.isOlder(piece, status, generation)) return;
    this.set(piece, status, generation, costUsd, castId !== undefined, code);
  }

  /** What has happened. What the list has told already changes nothing. */
  take({ type, item: piece, attempt: generation, data }) {
    if (piece === undefined || piece >= this.total) return;
    if (type === 'piece.started' && generation > this.generations[piece]) {
      this.set(piece, 'running', generation, this.costs[piece], true, undefined);
    } else if (type === 'piece.ended' && !this.isOlder(piece, data.status, generation)) {
      this.set(piece, data.status, generation, this.costs[piece] + (data.costUsd ?? 0), this.begun[piece] === 1, data.code);
    }
  }

  isOlder(piece, status, generation) {
    const known = this.generations[piece];
    return generation < known || (generation === known && (status === 'running' || status === 'waiting' || this.statuses[piece] < codes.running));
  }

  set(piece, status, generation, cost, begun, code) {
    this.counts[this.status(piece)]--;
    this.counts[status]++;
    this.statuses[piece] = codes[status];
    this.generations[piece] = generation;
    this.costs[piece] = cost;
    this.begun[piece] = begun ? 1 : 0;
    code ? this.codes.set(piece, code) : this.codes.delete(piece);
    this.dearest = Math.max(this.dearest, cost);
    this.changed.add(piece);
  }

  /** Gets all pieces, once; `told` is called after each page of them. */
  async fill(signal, told) {
    let continuation = null;
    do {
      const page = await api(path`/cooks/${this.cookId}/pieces`, { query: { top: perPage, continuation }, signal });
      page.pieces.forEach(piece => this.put(piece));
      continuation = page.continuation ?? null;
      told();
    } while (continuation !== null);
    this.isFilled = true;
  }
}

const castIdOf = (cookId, piece, generation) => `${cookId.replace('.cook-', '.piece-')}~${String(piece).padStart(6, '0')}-${generation}`;
