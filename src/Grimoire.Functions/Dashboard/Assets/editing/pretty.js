// JSON as a person would write it: what is short stays on its line.

const width = 100;

export function pretty(value, indent = '') {
  const line = flat(value);
  if (indent.length + line.length <= width || value === null || typeof value !== 'object') {
    return indent === '' && value !== null && typeof value === 'object' && Object.keys(value).length > 0 ? spread(value, indent) : line;
  }
  return spread(value, indent);
}

function spread(value, indent) {
  const inner = `${indent}  `;
  return Array.isArray(value)
    ? `[\n${value.map(item => inner + pretty(item, inner)).join(',\n')}\n${indent}]`
    : `{\n${Object.entries(value).map(([name, item]) => `${inner}${JSON.stringify(name)}: ${pretty(item, inner)}`).join(',\n')}\n${indent}}`;
}

function flat(value) {
  if (value === null || typeof value !== 'object') {
    return JSON.stringify(value);
  }
  if (Array.isArray(value)) {
    return `[${value.map(flat).join(', ')}]`;
  }
  const fields = Object.entries(value).map(([name, item]) => `${JSON.stringify(name)}: ${flat(item)}`);
  return fields.length === 0 ? '{}' : `{ ${fields.join(', ')} }`;
}
