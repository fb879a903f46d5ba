// Writes a value as YAML. Reading YAML is left to the app.

const plain = /^[A-Za-z][A-Za-z0-9_./-]*( [A-Za-z0-9_./-]+)*$/;
const otherThanText = /^(true|false|null|yes|no|on|off|y|n|nan|inf)$/i;

export const toYaml = value => isHolder(value) ? `${lines(value, '').join('\n')}\n` : `${scalar(value, '')}\n`;

const isHolder = value => value !== null && typeof value === 'object' && Object.keys(value).length > 0;

function lines(value, indent) {
  if (Array.isArray(value)) {
    // The first line of an element stands behind its dash.
    return value.flatMap(item => isHolder(item)
      ? lines(item, `${indent}  `).map((line, index) => index === 0 ? `${indent}- ${line.slice(indent.length + 2)}` : line)
      : [`${indent}- ${scalar(item, indent)}`]);
  }
  return Object.entries(value).flatMap(([name, item]) => isHolder(item)
    ? [`${indent}${text(name)}:`, ...lines(item, `${indent}  `)]
    : [`${indent}${text(name)}: ${scalar(item, indent)}`]);
}

function scalar(value, indent) {
  if (typeof value !== 'string') {
    return JSON.stringify(value);
  }
  // Lines as lines, where that keeps every character.
  const isBlock = value.includes('\n') && /^[^\s]/.test(value) && /[^\s]\n?$/.test(value) && /^[\x20-\x7e\n\u00a1-\u2027\u2030-\ud7ff\ue000-\ufefe]*$/.test(value);
  return isBlock
    ? [value.endsWith('\n') ? '|' : '|-', ...value.replace(/\n$/, '').split('\n').map(line => line === '' ? '' : `${indent}  ${line}`)].join('\n')
    : text(value);
}

/** A text in quotes is the same in JSON and YAML, but for some characters that YAML takes for ends of lines, or for none at all. */
const text = value => plain.test(value) && !otherThanText.test(value) ? value
  : JSON.stringify(value).replace(/[\x7f-\xa0\u2028\u2029\ufeff\ufffe\uffff]/g, letter => `\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}`);
