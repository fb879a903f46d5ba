// Whether the app is well: what it depends on, each with what is known of it; and for operators what is kept no longer.

import { ApiError, api, repeat, session } from '../lib/api.js';
import { h } from '../lib/dom.js';
import { badge, button, code, details, empty, facts, head, loading, problem, section, to } from '../lib/ui.js';
import { bytes, count, time } from '../lib/format.js';
import { Retention } from './retention.js';

export default async function open(page) {
  const { signal } = page;
  const state = { health: null, lookedAt: null, error: null, endpoints: null, probedAt: null, isProbing: false };
  const retention = new Retention(page, () => show());
  page.title('Health');

  const look = async probe => {
    const health = await read(probe, signal);
    Object.assign(state, { health, lookedAt: new Date(), error: null });
    if (probe) Object.assign(state, { endpoints: health.dependencies.tools?.details?.endpoints ?? [], probedAt: new Date() });
    show();
  };
  const failed = error => {
    if (!(error instanceof ApiError)) throw error;
    state.error = error;
    show();
  };
  const probe = async () => {
    state.isProbing = true;
    show();
    await look(true).catch(error => { if (!signal.aborted) failed(error); });
    state.isProbing = false;
    show();
  };

  const show = () => page.show(
    head(['Health ', state.health && badge(state.health.status)],
      h('span', { class: 'muted' }, state.lookedAt && `as of ${time(state.lookedAt)}`),
      button(state.isProbing ? 'Asking…' : 'Probe the tools', probe, { disabled: state.isProbing, title: 'Asks the server of each tool whether it answers' })),
    problem(state.error),
    // Nothing below is shown before it: it would be pushed down.
    state.health === null && !state.error ? loading() : [
      state.health && [
        h('div', { class: 'columns' }, Object.entries(state.health.dependencies).map(([name, dependency]) => h('section', { key: name, class: 'card' },
          h('h2', null, name, ' ', badge(dependency.status), ' ', h('span', { class: 'number muted' }, `${count(dependency.ms)} ms`)),
          dependency.error && h('p', { class: 'problem' }, dependency.error),
          (detailsOf[name] ?? other)(dependency.details)))),
        state.endpoints && endpointsView(state),
      ],
      section('This app', facts([['Version', session.me.version], ['Keys', session.me.keys === 'off' ? 'off: whoever reaches the app is an operator' : 'required']])),
      session.me.operator && retention.view(),
    ]);

  await Promise.all([
    repeat(signal, 10, () => look(false), failed),
    session.me.operator && repeat(signal, 30, () => retention.load(), error => { retention.error = error; show(); }),
  ]);
}

/** An app that is down says so with 503, and with the same answer: that is no error here. */
async function read(probe, signal) {
  try {
    return await api('/health', { query: { probe: probe ? 'true' : null }, signal, scoped: true });
  } catch (failed) {
    if (failed.body?.dependencies) return failed.body;
    throw failed;
  }
}

const list = tools => tools?.length > 0 ? tools.map((tool, index) => [index > 0 && ', ', h('a', { key: tool, href: to`/tools/${tool}` }, tool)]) : 'none';

const detailsOf = {
  engine: found => found && facts([
    ['Orchestrations that run', `${count(found.running)}${found.more ? ' or more' : ''}`],
    ['Orchestrations that wait', `${count(found.waiting)}${found.more ? ' or more' : ''}`],
  ]),
  disk: found => found && h('ul', { class: 'disks' }, found.map(disk => h('li', { key: disk.folder, class: 'wrap' },
    badge(disk.freeBytes >= disk.minFreeBytes ? 'ok' : 'degraded', `${bytes(disk.freeBytes)} free`), ' in ', h('code', null, disk.folder), `; at least ${bytes(disk.minFreeBytes)} should be`))),
  tools: found => found && facts([
    ['Circuits that are open', list(found.open)],
    ['Half open', list(found.halfOpen)],
  ]),
};

const other = found => found === undefined || found === null ? null : details('Details', code(found));

const endpointsView = ({ endpoints, probedAt }) => section('Servers of the tools',
  h('p', { class: 'muted' }, `Asked at ${time(probedAt)}, without credentials. Whatever one answers, it is there.`),
  endpoints.length === 0 ? empty('No tool has a server that can be asked.')
    : h('ul', { class: 'disks' }, endpoints.map(endpoint => h('li', { key: endpoint.origin, class: 'wrap' },
      badge(endpoint.status), ' ', h('code', null, endpoint.origin), ' ', endpoint.error, ' ', h('span', { class: 'muted' }, 'for '), list(endpoint.tools)))));
