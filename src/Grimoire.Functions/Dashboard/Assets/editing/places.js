// Where the values are in a JSON text. It may be a text that somebody is typing: what can be read of it is found.

const space = /[\s,:]*/y, string = /"(?:[^"\\\n]|\\.)*"?/y, word = /[^\s,:"{}[\]]+/y;
const deepest = 200;

/** JSON pointer → { start, end } of its value, and `key`, where its name begins. */
export function placesOf(text) {
  const places = new Map();
  let at = 0;
  const read = pattern => {
    pattern.lastIndex = at;
    const found = pattern.exec(text)?.[0] ?? '';
    at += found.length;
    return found;
  };
  const value = (pointer, key, depth) => {
    const start = at, place = { start, end: start, key };
    // Of a name that is there twice the last one counts, as it does for those who read JSON.
    places.set(pointer, place);
    const opening = text[at];
    if ((opening === '{' || opening === '[') && depth < deepest) {
      at++;
      opening === '{' ? fields(pointer, depth) : items(pointer, depth);
    } else if (opening === '"') {
      read(string);
    } else if (read(word) === '') {
      at++;
    }
    place.end = Math.min(at, text.length);
  };
  const fields = (pointer, depth) => {
    while (read(space), at < text.length && text[at] !== '}') {
      if (text[at] !== '"') {
        // No name where one should be: skipped, so that the rest is found.
        if (text[at] === ']') return;
        if (read(word) === '') at++;
        continue;
      }
      const key = at, name = read(string);
      read(space);
      if (at < text.length && text[at] !== '}') {
        value(`${pointer}/${escaped(name)}`, key, depth + 1);
      }
    }
    at++;
  };
  const items = (pointer, depth) => {
    for (let index = 0; read(space), at < text.length && text[at] !== ']'; index++) {
      if (text[at] === '}') return;
      value(`${pointer}/${index}`, undefined, depth + 1);
    }
    at++;
  };
  read(space);
  if (at < text.length) {
    value('', undefined, 0);
  }
  return places;
}

/** The place of what a pointer names; where there is no such thing, of what it should be in. `isExact` tells which. */
export function nearest(places, pointer) {
  for (let wanted = pointer; wanted !== ''; wanted = wanted.slice(0, Math.max(0, wanted.lastIndexOf('/')))) {
    if (places.has(wanted)) {
      return { ...places.get(wanted), isExact: wanted === pointer };
    }
  }
  return { ...(places.get('') ?? { start: 0, end: 0 }), isExact: pointer === '' };
}

function escaped(quoted) {
  let name;
  try {
    name = JSON.parse(quoted);
  } catch {
    name = quoted.replace(/^"|"$/g, '');
  }
  return name.replaceAll('~', '~0').replaceAll('/', '~1');
}

/** Where each line of a text begins. */
export function linesOf(text) {
  const starts = [0];
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) {
    starts.push(at + 1);
  }
  return starts;
}

/** The number of the line, from 1, that a place is in. */
export function lineAt(starts, offset) {
  let low = 0, high = starts.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    starts[middle] <= offset ? low = middle : high = middle - 1;
  }
  return low + 1;
}
