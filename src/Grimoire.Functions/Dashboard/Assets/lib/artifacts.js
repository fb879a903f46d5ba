// What casts have made, shown: pictures, text and sound in place, everything else to be saved. It is fetched when it comes into sight.

import { ApiError, artifactPath, send } from './api.js';
import { download, most } from './download.js';
import { h, render } from './dom.js';
import { bytes } from './format.js';
import { button, problem } from './ui.js';

const pictures = new Set(['image/png', 'image/jpeg', 'image/gif', 'image/webp', 'image/avif']);
const maxPicture = 20e6, maxText = 65536;

const typeOf = artifact => artifact.contentType.split(';')[0].trim().toLowerCase();

const kindOf = artifact => {
  const type = typeOf(artifact);
  return pictures.has(type) && artifact.bytes <= maxPicture ? 'picture'
    : type.startsWith('audio/') ? 'audio'
    : type.startsWith('video/') ? 'video'
    : type.startsWith('text/') || /[/+](json|xml|yaml|javascript)$/.test(type) ? 'text'
    : 'file';
};

/** @param list As GET /casts/{id}/artifacts has them. Each knows the cast that it is from, which may be a sub-cast or an earlier one. */
export const artifacts = list => h('ul', { class: 'artifacts' }, list.map(artifact => h('li', { key: `${artifact.castId}/${artifact.artifact}` }, one(artifact))));

/** Everything in a value that is an artifact. */
export function artifactsIn(value) {
  if (value === null || typeof value !== 'object') return [];
  if (typeof value.artifact === 'string' && typeof value.castId === 'string' && typeof value.contentType === 'string') return [value];
  return Object.values(value).flatMap(artifactsIn);
}

const one = artifact => h('figure', { class: 'artifact' },
  h('div', { class: 'artifact-view', own: true, ref: place => whenSeen(place, () => view(place, artifact)) }),
  h('figcaption', null,
    h('span', { class: 'wrap' }, artifact.artifact),
    h('span', { class: 'muted' }, ` ${typeOf(artifact)}, ${bytes(artifact.bytes)}`),
    button('Save', () => download(artifactPath(artifact.castId, artifact.artifact), { query: { download: 'true' }, name: artifact.artifact.split('/').at(-1) }), { kind: 'quiet', 'aria-label': `Save ${artifact.artifact}`, disabled: artifact.bytes > most })));

const watched = new WeakMap();
const observer = new IntersectionObserver(entries => {
  for (const { target } of entries.filter(entry => entry.isIntersecting)) {
    observer.unobserve(target);
    watched.get(target)?.();
  }
}, { rootMargin: '300px' });

function whenSeen(place, action) {
  watched.set(place, action);
  observer.observe(place);
}

async function view(place, artifact) {
  const kind = kindOf(artifact);
  if (kind === 'file') {
    render(place, h('p', { class: 'muted' }, 'To be saved'));
  } else if (kind === 'audio' || kind === 'video') {
    // Nothing but a browser's own request could play it while it comes, and that one would bring no key.
    render(place, button(`Load and play (${bytes(artifact.bytes)})`, () => shown(place, () => play(place, artifact, kind))));
  } else {
    await shown(place, () => kind === 'text' ? text(place, artifact) : picture(place, artifact));
  }
}

async function shown(place, action) {
  try {
    await action();
  } catch (failed) {
    render(place, problem(failed instanceof ApiError ? failed : Object.assign(new Error('It broke off while it was loaded.'), { code: 'connection' })));
  }
}

/** The type is one that was looked at, not what the answer says: nothing else is ever shown. */
const blobOf = async artifact => new Blob([await (await send(artifactPath(artifact.castId, artifact.artifact))).arrayBuffer()], { type: typeOf(artifact) });

async function picture(place, artifact) {
  const url = URL.createObjectURL(await blobOf(artifact));
  const image = h('img', { src: url, alt: `${artifact.artifact}, made by the step ${artifact.step}` });
  render(place, h('button', { type: 'button', class: 'picture', 'aria-label': `Enlarge ${artifact.artifact}`, onClick: () => enlarge(url, artifact) }, image));
  releaseWithPlace(place, url);
}

async function text(place, artifact) {
  const response = await send(artifactPath(artifact.castId, artifact.artifact), artifact.bytes > maxText ? { headers: { Range: `bytes=0-${maxText - 1}` } } : {});
  // A part may end within a letter, which is left out.
  const content = new TextDecoder().decode(await response.arrayBuffer(), { stream: artifact.bytes > maxText });
  render(place, h('pre', { class: 'code', tabindex: '0' }, content, artifact.bytes > maxText && `\n… and ${bytes(artifact.bytes - maxText)} more`));
}

async function play(place, artifact, kind) {
  render(place, h('p', { class: 'muted' }, 'Loading…'));
  const url = URL.createObjectURL(await blobOf(artifact));
  render(place, h(kind, { src: url, controls: true, 'aria-label': artifact.artifact }));
  place.querySelector(kind).focus({ preventScroll: true });
  releaseWithPlace(place, url);
}

/** What was fetched is kept as long as it can be seen. */
function releaseWithPlace(place, url) {
  const watcher = new MutationObserver(() => {
    if (!place.isConnected) {
      URL.revokeObjectURL(url);
      watcher.disconnect();
    }
  });
  watcher.observe(document.getElementById('main'), { childList: true, subtree: true });
}

function enlarge(url, artifact) {
  const dialog = document.createElement('dialog');
  dialog.className = 'enlarged';
  dialog.setAttribute('aria-label', artifact.artifact);
  dialog.onclose = () => dialog.remove();
  render(dialog, h('img', { src: url, alt: artifact.artifact }), h('div', { class: 'actions' }, button('Close', () => dialog.close())));
  document.body.append(dialog);
  dialog.showModal();
}
