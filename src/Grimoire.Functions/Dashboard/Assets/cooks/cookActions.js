// What can be done with a cook: hold it, end it, do again what failed, take home what it has made, remove it.

import { api, path, session } from '../lib/api.js';
import { h } from '../lib/dom.js';
import { ask, button, copy, details, field, problem, say } from '../lib/ui.js';
import { bytes, plural } from '../lib/format.js';
import { hasEnded } from '../lib/statuses.js';
import { curl, download, most } from '../lib/download.js';

/** The buttons that fit what the cook is doing. @param done Called when something was asked for. */
export function cookActions(cook, done) {
  const { progress, status } = cook;
  const again = progress.total - progress.completed;
  return [
    session.may('caster') && !hasEnded(status) && (status === 'paused'
      ? button('Resume', () => control(cook, 'resume', done), { kind: 'primary', key: 'resume' })
      : button('Pause…', () => control(cook, 'pause', done), { key: 'pause' })),
    session.may('caster') && !hasEnded(status) && button('Cancel…', () => control(cook, 'cancel', done), { kind: 'danger', key: 'cancel' }),
    session.may('caster') && hasEnded(status) && again > 0 && button('Retry failed…', () => retry(cook, again, done), { kind: 'primary', key: 'retry' }),
    session.may('admin') && hasEnded(status) && button('Remove…', () => remove(cook), { kind: 'danger', key: 'remove' }),
  ];
}

const controls = {
  pause: { title: 'Pause the cook', action: 'Pause', kind: 'primary', text: 'What runs is finished; nothing new begins until it is resumed.', said: 'The cook is asked to pause.' },
  resume: { title: 'Resume the cook', action: 'Resume', kind: 'primary', text: 'It goes on where it was.', said: 'The cook is asked to go on.' },
  cancel: { title: 'Cancel the cook', action: 'Cancel the cook', kind: 'danger', text: 'The casts of its pieces are cancelled, and nothing new begins. What is done stays. Pieces can be tried again later.', said: 'The cook is asked to end.' },
};

const control = (cook, action, done) => ask({
  ...controls[action],
  fields: () => [h('p', null, controls[action].text), field('Reason', h('input', { name: 'reason', maxlength: 500, autocomplete: 'off' }), 'May be left out. It is kept with the cook.')],
  submit: async form => {
    const reason = form.elements.reason.value.trim();
    await api(path`/cooks/${cook.id}/` + action, { method: 'POST', body: reason ? { reason } : {} });
    say(controls[action].said);
    done();
  },
});

const retry = (cook, again, done) => ask({
  title: 'Retry what has not completed',
  action: 'Retry',
  fields: () => h('p', null, `${plural(again, 'piece')} that failed, ${again === 1 ? 'was' : 'were'} cancelled or never began ${again === 1 ? 'is' : 'are'} cast again. `,
    'What has completed is not touched, and not paid for again.'),
  submit: async () => {
    const retried = await api(path`/cooks/${cook.id}/retryFailed`, { method: 'POST' });
    say(`${plural(retried.pieces, 'piece')} ${retried.pieces === 1 ? 'is' : 'are'} cast again.`);
    done();
  },
});

const remove = cook => ask({
  title: 'Remove the cook',
  action: 'Remove',
  kind: 'danger',
  fields: () => h('p', null, `The cook and the casts of its ${plural(cook.progress.total, 'piece')} are removed, with all that they have made. This cannot be undone.`),
  submit: async () => {
    await api(path`/cooks/${cook.id}`, { method: 'DELETE' });
    say('The cook is removed.');
    location.hash = '/cooks';
  },
});

const files = [
  { name: 'Results, JSON Lines', route: 'results', query: { format: 'jsonl' }, ending: 'jsonl' },
  { name: 'Results, CSV', route: 'results', query: { format: 'csv' }, ending: 'csv' },
  { name: 'Artifacts, ZIP', route: 'artifacts', query: {}, ending: 'zip' },
];

/** Saves what a cook has come to. */
export class Downloads {
  constructor(cookId, page, changed) {
    Object.assign(this, { cookId, signal: page.signal, changed, busy: null, size: 0, error: null });
  }

  async get(file) {
    Object.assign(this, { busy: file, size: 0, error: null });
    this.changed();
    try {
      const size = await download(this.route(file), {
        query: file.query, signal: this.signal, name: this.fileName(file), told: size => { this.size = size; this.changedSoon(); },
      });
      say(`${this.fileName(file)} is saved: ${bytes(size)}.`);
    } catch (error) {
      if (this.signal.aborted) return;
      if (!('code' in error)) throw error;
      this.error = error;
    } finally {
      this.busy = null;
      this.changed();
    }
  }

  changedSoon() {
    this.soon ??= setTimeout(() => { this.soon = undefined; this.changed(); }, 300);
  }

  route(file) {
    return path`/cooks/${this.cookId}/` + file.route;
  }

  fileName(file) {
    return `${this.cookId}.${file.ending}`;
  }

  view() {
    const commands = files.map(file => curl(this.route(file), file.query, this.fileName(file)));
    return [
      h('div', { class: 'actions' }, files.map(file => button(file.name, () => this.get(file), { key: file.name, disabled: this.busy !== null })),
        h('span', { class: 'muted', role: 'status' }, this.busy && `${this.busy.name}: ${bytes(this.size)} so far…`)),
      problem(this.error),
      h('p', { class: 'hint' }, `What there is now, also while the cook runs. The browser holds a file until it has all of it: up to ${bytes(most)}. Larger ones are got with a command.`),
      details('The same as commands', commands.map((command, index) => h('div', { key: index, class: 'command' },
        h('pre', { class: 'code', tabindex: '0' }, command), button('Copy', () => copy(command), { 'aria-label': `Copy the command for ${files[index].name}` })))),
    ];
  }
}
