// XML without comments, declarations and sections, read strictly: whatever is not well-formed is an error.

const name = /^[A-Za-z_][\w.-]*(:[A-Za-z_][\w.-]*)?/;

function plain(text) {
  if (/[<\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/.test(text)) throw new Error(`a character that XML has no place for in ${JSON.stringify(text.slice(0, 80))}`);
  return text.replace(/&([^;&]*);?/g, (all, what) => {
    const known = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" }[what];
    const number = what.match(/^#(x[0-9a-f]+|[0-9]+)$/i);
    if (!all.endsWith(';') || known === undefined && !number) throw new Error(`found ${all}, expected a reference`);
    return known ?? String.fromCodePoint(Number(`0${what.slice(1)}`.replace(/^0(?!x)/, '')));
  });
}

/** Reads a document; gives its root: `{ name, attributes, children, text }`. */
export function read(source) {
  let rest = source.replace(/^<\?xml version="1\.0" encoding="UTF-8"\?>\s*/, '');
  if (rest === source) throw new Error('found no declaration of XML 1.0 in UTF-8');
  const top = { children: [], text: '' }, open = [top];
  while (rest !== '') {
    const inside = open.at(-1);
    if (rest[0] !== '<') {
      const end = rest.indexOf('<');
      const text = plain(end < 0 ? rest : rest.slice(0, end));
      if (inside === top && text.trim() !== '') throw new Error('text outside of the root');
      inside.text += text;
      rest = end < 0 ? '' : rest.slice(end);
      continue;
    }
    const closing = rest.match(/^<\/([^\s>]+)\s*>/);
    if (closing) {
      if (inside.name !== closing[1]) throw new Error(`found the end of ${closing[1]}, expected that of ${inside.name}`);
      open.pop();
      rest = rest.slice(closing[0].length);
      continue;
    }
    const begins = rest.slice(1).match(name);
    if (!begins) throw new Error(`found ${rest.slice(0, 40)}, expected an element`);
    const element = { name: begins[0], attributes: {}, children: [], text: '' };
    rest = rest.slice(1 + begins[0].length);
    for (let m; (m = rest.match(/^\s+([^\s=]+)="([^"]*)"/)); rest = rest.slice(m[0].length)) {
      if (m[1] in element.attributes) throw new Error(`${m[1]} is there twice`);
      element.attributes[m[1]] = plain(m[2]);
    }
    const end = rest.match(/^\s*(\/?)>/);
    if (!end) throw new Error(`found ${rest.slice(0, 40)}, expected the end of a tag`);
    rest = rest.slice(end[0].length);
    inside.children.push(element);
    if (!end[1]) open.push(element);
  }
  if (open.length > 1 || top.children.length !== 1) throw new Error('found no one root that ends');
  return top.children[0];
}
