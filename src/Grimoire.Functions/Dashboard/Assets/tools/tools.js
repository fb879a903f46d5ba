// The tools that spells of this account may call, and where each comes from.

import { api, session } from '../lib/api.js';
import { h } from '../lib/dom.js';
import { plural } from '../lib/format.js';
import { sources, toolAddress } from './newTool.js';
import { button, empty, field, head, loading, table } from '../lib/ui.js';

export default async function open(page) {
  const state = { tools: null };
  let wanted = page.query.text ?? '';
  page.title('Tools');

  const listed = () => {
    const words = wanted.toLowerCase().split(/\s+/).filter(Boolean);
    return state.tools.filter(tool => {
      const said = [tool.id, tool.name, tool.kind, tool.delivery, sources[tool.source], tool.description].filter(Boolean).join(' ').toLowerCase();
      return words.every(word => said.includes(word));
    });
  };
  const show = () => page.show(
    head('Tools', session.may('admin') && h('a', { class: 'button primary', href: '#/tools/new' }, 'New tool')),
    h('div', { class: 'filters', role: 'search' },
      field('Find', h('input', {
        type: 'search', name: 'text', value: wanted, size: 28, spellcheck: 'false', autocomplete: 'off', placeholder: 'id, name, kind, what it does',
        onInput: event => { wanted = event.target.value; if (state.tools) show(); }, onChange: () => page.go({ text: wanted.trim() }),
      })),
      h('p', { class: 'muted', role: 'status' }, state.tools ? plural(listed().length, 'tool') : '')),
    state.tools === null ? loading() : toolsView(listed(), state.tools, () => { wanted = ''; page.go({ text: null }); show(); }));

  show();
  state.tools = (await api('/tools', { signal: page.signal, scoped: true })).tools;
  show();
}

function toolsView(tools, all, showAll) {
  if (tools.length === 0) {
    return empty('No tool is like that. ', button('Show all', showAll));
  }
  const columns = [
    { name: 'Tool', cell: tool => h('a', { href: toolAddress(tool.id), class: 'id' }, tool.id) },
    { name: 'Name', class: 'name', cell: tool => tool.name ?? '–' },
    { name: 'Kind', cell: tool => tool.kind },
    { name: 'Delivery', cell: tool => tool.delivery },
    { name: 'From', cell: tool => sources[tool.source] ?? tool.source },
    { name: 'What it does', class: 'whole', cell: tool => h('span', { class: 'clamped' }, tool.description ?? '') },
  ];
  return h('div', { class: 'card table-card' }, table('Tools', columns, tools, tool => tool.id));
}
