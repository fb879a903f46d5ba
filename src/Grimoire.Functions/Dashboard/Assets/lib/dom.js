// Describes what is to be seen with h(), and makes a part of the page look so with render(): what is the same stays, with its focus,
// its scroll position and what has been typed. No text ever becomes markup.

const svgTags = new Set(['svg', 'g', 'path', 'rect', 'line', 'text', 'circle', 'defs', 'marker', 'title']);
const properties = new Set(['value', 'checked', 'disabled', 'selected', 'open', 'hidden', 'readOnly', 'indeterminate']);
const shown = new WeakMap(); // node -> [{ key, view, node }], what render() has put into it

/**
 * A description of an element. `on…` are handlers; `style` is an object; `key` tells siblings apart that may come, go and move;
 * `ref` is called with the element when it is made; with `own: true` the element looks after its children itself.
 */
export function h(tag, props, ...children) {
  return { tag, props: props ?? {}, children };
}

/** Makes the children of an element look as described. */
export function render(parent, ...views) {
  patch(parent, views, false);
}

function patch(parent, views, inSvg) {
  const before = new Map((shown.get(parent) ?? []).map(kid => [kid.key, kid]));
  const kids = [];
  for (const [key, view] of flat(views, '')) {
    let kid = before.get(key);
    if (kid && kid.view.tag === view.tag) {
      before.delete(key);
      update(kid, view, inSvg);
    } else {
      kid = { key, view, node: create(view, inSvg) };
    }
    kids.push(kid);
  }
  for (const kid of before.values()) {
    kid.node.remove();
  }
  let next = parent.firstChild;
  for (const { node } of kids) {
    if (node === next) {
      next = next.nextSibling;
    } else {
      parent.insertBefore(node, next);
    }
  }
  shown.set(parent, kids);
}

/** Each view with a key: its own, or its place, which stays what it is when a sibling before it is not there (null, false). */
function* flat(views, prefix) {
  for (let index = 0; index < views.length; index++) {
    const view = views[index];
    if (Array.isArray(view)) {
      yield* flat(view, `${prefix}${index}.`);
    } else if (view !== null && view !== undefined && view !== false && view !== true && view !== '') {
      const described = typeof view === 'object' ? view : { tag: '#text', text: String(view) };
      yield [described.props?.key !== undefined ? `${prefix}=${described.props.key}` : `${prefix}${index}`, described];
    }
  }
}

function create(view, inSvg) {
  if (view.tag === '#text') {
    return document.createTextNode(view.text);
  }
  const isSvg = view.tag === 'svg' || (inSvg && svgTags.has(view.tag));
  const node = isSvg ? document.createElementNS('http://www.w3.org/2000/svg', view.tag) : document.createElement(view.tag);
  // The children of a select come first: its value is one of theirs.
  if (!view.props.own) {
    patch(node, view.children, isSvg);
  }
  setAll(node, {}, view.props);
  view.props.ref?.(node);
  return node;
}

function update(kid, view, inSvg) {
  const { node, view: old } = kid;
  kid.view = view;
  if (view.tag === '#text') {
    if (old.text !== view.text) {
      node.data = view.text;
    }
    return;
  }
  if (!view.props.own) {
    patch(node, view.children, view.tag === 'svg' || (inSvg && svgTags.has(view.tag)));
  }
  setAll(node, old.props, view.props);
}

function setAll(node, old, props) {
  for (const name of Object.keys(old)) {
    if (!(name in props)) {
      set(node, name, old[name], undefined);
    }
  }
  for (const name of Object.keys(props)) {
    if (old[name] !== props[name]) {
      set(node, name, old[name], props[name]);
    }
  }
}

function set(node, name, old, value) {
  if (name === 'key' || name === 'ref' || name === 'own') {
    return;
  }
  if (name.startsWith('on')) {
    node[name.toLowerCase()] = value ?? null;
  } else if (name === 'style') {
    for (const property of new Set([...Object.keys(old ?? {}), ...Object.keys(value ?? {})])) {
      if (old?.[property] !== value?.[property]) {
        node.style.setProperty(property, value?.[property] ?? '');
      }
    }
  } else if (properties.has(name)) {
    node[name] = value ?? (name === 'value' ? '' : false);
  } else if (value === null || value === undefined || value === false) {
    node.removeAttribute(name === 'class' ? 'class' : name);
  } else {
    node.setAttribute(name, value === true ? '' : String(value));
  }
}
