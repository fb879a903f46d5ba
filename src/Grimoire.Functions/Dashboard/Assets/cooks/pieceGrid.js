// A cell for each piece of a cook, drawn on a canvas: ten thousand elements would be too many to be fast. Who does not see it has the counts, and the table.

import { money } from '../lib/format.js';

const sizes = [20, 16, 12, 9, 7];
const wantedHeight = 420;
const fills = { completed: '--bar-good', failed: '--bar-bad', cancelled: '--bar-quiet', running: '--bar-busy', waiting: '--raised' };

/** The grid of the pieces of one cook. It is put into an element with mount(). */
export class PieceGrid {
  /** @param pieces Pieces. @param open Called with the id of a cast. */
  constructor(pieces, open) {
    Object.assign(this, { pieces, open, byCost: false, at: -1, size: 0, columns: 1, colours: null });
  }

  mount(box) {
    this.box = box;
    this.canvas = document.createElement('canvas');
    this.canvas.setAttribute('aria-hidden', 'true');
    this.scroll = Object.assign(document.createElement('div'), { className: 'grid-scroll', tabIndex: 0 });
    this.scroll.setAttribute('role', 'application');
    this.scroll.setAttribute('aria-label', 'Grid of the pieces. Arrow keys go from piece to piece, Enter opens the cast of one.');
    this.line = Object.assign(document.createElement('p'), { className: 'grid-line' });
    this.line.setAttribute('aria-live', 'polite');
    this.scroll.append(this.canvas);
    box.append(this.scroll, this.line);
    this.tell();
    this.canvas.onpointermove = event => this.look(this.pieceAt(event));
    this.canvas.onpointerleave = () => { if (document.activeElement !== this.scroll) this.look(-1); };
    // A finger has not hovered: its first touch tells, the second one opens.
    this.canvas.onpointerdown = event => { this.told = event.pointerType === 'mouse' || this.at === this.pieceAt(event); };
    this.canvas.onclick = event => { this.look(this.pieceAt(event)); if (this.told) this.enter(); };
    this.scroll.onkeydown = event => this.key(event);
    this.scroll.onfocus = () => { if (this.at < 0 && this.scroll.matches(':focus-visible')) this.look(0); };
    this.scroll.onblur = () => this.look(-1);
    new ResizeObserver(() => this.layOut()).observe(this.scroll);
  }

  layOut() {
    const width = this.scroll.clientWidth;
    if (width === 0) return;
    const rows = size => Math.ceil(this.pieces.total / Math.max(1, Math.floor(width / size)));
    this.size = sizes.find(size => rows(size) * size <= wantedHeight) ?? sizes.at(-1);
    this.columns = Math.max(1, Math.floor(width / this.size));
    const height = rows(this.size) * this.size;
    const sharp = Math.min(2, devicePixelRatio || 1);
    this.canvas.width = this.columns * this.size * sharp;
    this.canvas.height = height * sharp;
    this.canvas.style.width = `${this.columns * this.size}px`;
    this.canvas.style.height = `${height}px`;
    this.context = this.canvas.getContext('2d');
    this.context.setTransform(sharp, 0, 0, sharp, 0, 0);
    this.draw();
  }

  /** Draws all of it anew. */
  draw() {
    if (!this.context) return;
    const style = getComputedStyle(document.documentElement);
    const colour = name => style.getPropertyValue(name).trim();
    this.colours = { ...Object.fromEntries(Object.entries(fills).map(([status, name]) => [status, colour(name)])), panel: colour('--panel'), text: colour('--text'), line: colour('--muted') };
    this.drawnDearest = this.pieces.dearest;
    this.context.fillStyle = this.colours.panel;
    this.context.fillRect(0, 0, this.columns * this.size, this.canvas.height);
    this.paint(Array.from({ length: this.pieces.total }, (_, piece) => piece));
    this.pieces.changed.clear();
  }

  /** Draws what has changed. */
  refresh() {
    if (!this.context) return;
    if (this.byCost && this.pieces.dearest !== this.drawnDearest) {
      this.draw();
    } else {
      this.repaint([...this.pieces.changed]);
      if (this.pieces.changed.has(this.at)) this.tell();
      this.pieces.changed.clear();
    }
  }

  shade(byCost) {
    this.byCost = byCost;
    this.draw();
  }

  repaint(pieces) {
    if (!this.context) return;
    this.context.fillStyle = this.colours.panel;
    pieces.forEach(piece => this.context.fillRect(...this.corner(piece), this.size, this.size));
    this.paint(pieces);
  }

  corner(piece) {
    return [(piece % this.columns) * this.size, Math.floor(piece / this.columns) * this.size];
  }

  /** Status by status: a canvas is fast as long as its colours do not change. */
  paint(pieces) {
    const { context, colours } = this;
    const inner = this.size - 2;
    const byStatus = Map.groupBy(pieces, piece => this.pieces.status(piece));
    byStatus.forEach((some, status) => {
      context.fillStyle = colours[status];
      // What has not ended has no cost yet.
      const isShaded = this.byCost && this.pieces.dearest > 0 && status !== 'running' && status !== 'waiting';
      for (const piece of some) {
        const [x, y] = this.corner(piece);
        if (isShaded) context.globalAlpha = 0.12 + 0.88 * this.pieces.costs[piece] / this.pieces.dearest;
        context.fillRect(x + 1, y + 1, inner, inner);
      }
      context.globalAlpha = 1;
      this.mark(status, some, inner);
    });
    if (pieces.includes(this.at)) {
      const [x, y] = this.corner(this.at);
      context.strokeStyle = colours.text;
      context.lineWidth = 2;
      context.strokeRect(x + 1, y + 1, inner, inner);
    }
  }

  /** A status is a shape too: a cross, a slash, a dot, a frame. What is done has nothing more to it. */
  mark(status, some, inner) {
    if (status === 'completed') return;
    const { context, colours } = this;
    const from = 1 + inner * 0.22, to = 1 + inner * 0.78, middle = 1 + inner / 2;
    context.strokeStyle = status === 'waiting' ? colours.line : colours.text;
    context.lineWidth = status === 'waiting' ? 1 : Math.max(1, inner / 9);
    context.beginPath();
    for (const piece of some) {
      const [x, y] = this.corner(piece);
      if (status === 'waiting') {
        context.rect(x + 1.5, y + 1.5, inner - 1, inner - 1);
      } else if (status === 'running') {
        context.moveTo(x + middle + inner / 4, y + middle);
        context.arc(x + middle, y + middle, inner / 4, 0, 2 * Math.PI);
      } else {
        context.moveTo(x + to, y + from);
        context.lineTo(x + from, y + to);
        if (status === 'failed') {
          context.moveTo(x + from, y + from);
          context.lineTo(x + to, y + to);
        }
      }
    }
    if (status === 'running') {
      context.fillStyle = colours.panel;
      context.fill();
    } else {
      context.stroke();
    }
  }

  pieceAt(event) {
    const column = Math.floor(event.offsetX / this.size), row = Math.floor(event.offsetY / this.size);
    const piece = row * this.columns + column;
    return column >= 0 && column < this.columns && row >= 0 && piece < this.pieces.total ? piece : -1;
  }

  look(piece) {
    if (piece === this.at) return;
    const before = this.at;
    this.at = piece;
    this.repaint([before, piece].filter(one => one >= 0));
    this.tell();
  }

  tell() {
    const { pieces, at } = this;
    this.canvas.style.cursor = at >= 0 && pieces.castId(at) ? 'pointer' : '';
    this.line.textContent = at < 0 ? 'Point at a cell, or go to it with the arrow keys, to see which piece it is.'
      : [`Piece ${at}: ${pieces.status(at)}`, pieces.codes.get(at), pieces.begun[at] && `cost ${money(pieces.costs[at])}`, pieces.generations[at] > 1 && `cast ${pieces.generations[at]} times`,
        pieces.castId(at) ? 'Enter or a click opens its cast' : 'there is no cast of it yet'].filter(Boolean).join(' · ');
  }

  enter() {
    const castId = this.at >= 0 && this.pieces.castId(this.at);
    if (castId) this.open(castId);
  }

  key(event) {
    const last = this.pieces.total - 1, page = this.columns * 10;
    const places = { ArrowLeft: this.at - 1, ArrowRight: this.at + 1, ArrowUp: this.at - this.columns, ArrowDown: this.at + this.columns, PageUp: this.at - page, PageDown: this.at + page, Home: 0, End: last };
    if (event.key === 'Enter') {
      event.preventDefault();
      this.enter();
    } else if (event.key in places && !event.ctrlKey && !event.altKey && !event.metaKey) {
      event.preventDefault();
      this.look(Math.max(0, Math.min(last, places[event.key])));
      this.bringIntoView();
    }
  }

  bringIntoView() {
    const top = Math.floor(this.at / this.columns) * this.size;
    if (top < this.scroll.scrollTop) {
      this.scroll.scrollTop = top;
    } else if (top + this.size > this.scroll.scrollTop + this.scroll.clientHeight) {
      this.scroll.scrollTop = top + this.size - this.scroll.clientHeight;
    }
  }
}
