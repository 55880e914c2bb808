// Gate: facts of the layout, in place of pixels. Nothing scrolls sideways, parts do not overlap, no text is cut, lines of
// prose are short enough to read, and controls of a row stand on one line.

/** What is wider than the page was asked to be. */
export const sideways = (page) => page.evaluate((asked) => {
  const wide = Math.max(document.scrollingElement.scrollWidth, innerWidth);
  if (wide <= asked) return [];
  const out = (node) => node.getBoundingClientRect().right > asked + 0.5;
  const inside = (node) => { for (let up = node.parentElement; up; up = up.parentElement) if (getComputedStyle(up).overflowX !== 'visible') return true; return false; };
  const cause = [...document.querySelectorAll('body *')].filter((node) => out(node) && !inside(node) && (getComputedStyle(node).overflowX !== 'visible' || ![...node.children].some(out))).slice(0, 3);
  return [`${wide} px wide where ${asked} were asked for: ${cause.map((node) => `${node.localName}.${node.className.baseVal ?? node.className} “${node.textContent.trim().slice(0, 40)}”`).join(', ')}`];
}, page.viewport().width);

/** Sets the size of text that the reader has chosen in the browser, in times the usual one. */
export async function enlarge(page, times) {
  await page.chrome.send('Page.setFontSizes', { fontSizes: { standard: 16 * times, fixed: 13 * times } });
  await page.evaluate(() => document.body.offsetHeight);
}

/** The spacing that readers may ask for by WCAG 1.4.12, or none again. */
export const space = (page, on) => page.evaluate((on) => {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(on ? '* { line-height: 1.5 !important; letter-spacing: .12em !important; word-spacing: .16em !important; } p { margin-bottom: 2em !important; }' : '');
  document.adoptedStyleSheets = [sheet];
}, on);

/** What is wrong with how a page is laid out as it stands; rows are not looked at where a reader's own spacing moves them. */
export const layout = (page, { rows = true } = {}) => page.evaluate((rows) => {
  const faults = [];
  const name = (node) => `${node.localName}${node.id ? `#${node.id}` : ''}${[...node.classList].map((one) => `.${one}`).join('')} “${node.textContent.trim().replace(/\s+/g, ' ').slice(0, 40)}”`;
  const style = new Map();
  const of = (node) => style.get(node) ?? style.set(node, getComputedStyle(node)).get(node);
  const shown = (node) => node.checkVisibility({ visibilityProperty: true, contentVisibilityAuto: true }) && !node.closest('.hidden:not(:focus), noscript, dialog:not([open])');
  const all = [...document.body.querySelectorAll('*')].filter(shown);

  // Parts: boxes of siblings that are in the flow. Of a part that is broken over columns each piece is a box.
  const inFlow = (node) => !/^(inline|contents|none)$/.test(of(node).display) && !/^(absolute|fixed|sticky)$/.test(of(node).position) && !(node instanceof SVGElement && node.ownerSVGElement);
  const meet = (a, b) => Math.min(Math.min(a.right, b.right) - Math.max(a.left, b.left), Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top));
  for (const parent of [document.body, ...all]) {
    const parts = [...parent.children].filter((node) => shown(node) && inFlow(node)).map((node) => [node, [...node.getClientRects()]]);
    for (const [at, [one, boxes]] of parts.entries()) {
      for (const [other, others] of parts.slice(at + 1, at + 40)) {
        if (boxes.some((box) => others.some((its) => meet(box, its) > 4.5))) faults.push(`${name(one)} and ${name(other)} overlap`);
      }
    }
  }

  // Text: what is drawn of each piece, against every other piece near it, and against what cuts it.
  const pieces = [];
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const range = document.createRange();
  while (walk.nextNode()) {
    const text = walk.currentNode, parent = text.parentElement;
    if (!text.data.trim() || !shown(parent) || /^(script|style|option|title)$/.test(parent.localName)) continue;
    range.selectNodeContents(text);
    for (const box of range.getClientRects()) if (box.width > 1 && box.height > 1) pieces.push({ text, parent, box });
  }
  // What lies outside of a part that scrolls or cuts is not drawn.
  const framed = new Map();
  const frames = (node) => {
    if (!node || node === document.body) return [];
    if (!framed.has(node)) framed.set(node, [...of(node).overflowX !== 'visible' || of(node).overflowY !== 'visible' ? [node] : [], ...frames(node.parentElement)]);
    return framed.get(node);
  };
  for (const piece of pieces) {
    piece.whole = piece.box;
    for (const frame of frames(piece.parent)) {
      const edge = frame.getBoundingClientRect(), { paddingTop, paddingBottom } = of(frame);
      const [top, bottom] = [edge.top + Number.parseFloat(paddingTop), edge.bottom - Number.parseFloat(paddingBottom)];
      piece.box = { left: Math.max(piece.box.left, edge.left), right: Math.min(piece.box.right, edge.right), top: Math.max(piece.box.top, top), bottom: Math.min(piece.box.bottom, bottom) };
    }
    piece.height = piece.box.bottom - piece.box.top;
  }
  pieces.sort((a, b) => a.box.top - b.box.top);
  for (const [at, one] of pieces.entries()) {
    for (let next = at + 1; next < pieces.length && pieces[next].box.top < one.box.bottom; next++) {
      const other = pieces[next];
      if (other.text === one.text) continue;
      const high = Math.min(one.box.bottom, other.box.bottom) - Math.max(one.box.top, other.box.top);
      const wide = Math.min(one.box.right, other.box.right) - Math.max(one.box.left, other.box.left);
      if (wide > 2 && high > 3 && high > 0.3 * Math.min(one.height, other.height)) faults.push(`“${one.text.data.trim().slice(0, 30)}” is written over “${other.text.data.trim().slice(0, 30)}”`);
    }
  }
  // Titles on cards may be cut after three lines, and the one line of a request, which stands whole below it.
  const mayCut = '.cards h3, .request summary, pre, [role=group].scroll';
  for (const { text, parent, whole: box } of pieces) {
    for (const frame of frames(parent)) {
      const cuts = (overflow) => /hidden|clip/.test(overflow);
      const edge = frame.getBoundingClientRect();
      const cut = (cuts(of(frame).overflowX) && (box.right > edge.right + 1.5 || box.left < edge.left - 1.5)) || (cuts(of(frame).overflowY) && (box.bottom > edge.bottom + 3 || box.top < edge.top - 3));
      if (cut && !frame.closest(mayCut)) { faults.push(`“${text.data.trim().slice(0, 40)}” is cut by ${name(frame)}`); break; }
    }
  }
  for (const control of all.filter((node) => node.matches('button, .button, select, input:not([type=checkbox], [type=radio], [type=search])'))) {
    if (control.scrollWidth > control.clientWidth + 1 || control.scrollHeight > control.clientHeight + 1) faults.push(`${name(control)} is too narrow for what it says`);
  }

  // Lines: of paragraphs and points that are read, by the words that stand on each.
  for (const block of all.filter((node) => node.matches('.prose p, .prose li, .note, .head > p:not(.facts), .lead')).slice(0, 150)) {
    const lines = new Map();
    const words = document.createTreeWalker(block, NodeFilter.SHOW_TEXT);
    while (words.nextNode()) {
      const { data } = words.currentNode;
      for (const { 0: word, index } of data.matchAll(/\S+\s*/g)) {
        range.setStart(words.currentNode, index);
        range.setEnd(words.currentNode, index + word.length);
        const box = range.getClientRects()[0];
        if (!box) continue;
        const line = Math.round(box.bottom / 6);
        const near = [line, line - 1, line + 1].find((key) => lines.has(key)) ?? line;
        lines.set(near, (lines.get(near) ?? '') + word);
      }
    }
    const long = [...lines.values()].map((line) => [...line.trim()].length);
    // A line of many narrow letters may be a little longer; what counts is how long lines are.
    const full = long.slice(0, -1).sort((a, b) => a - b);
    const middle = full[Math.floor(full.length / 2)];
    if (middle > 75) faults.push(`lines of ${middle} characters in ${name(block)}`);
  }

  // Rows: controls that stand beside each other in one part have one middle.
  for (const row of all.filter((node) => rows && node.matches('form, .find, .status, .status > p, .pages, .top, .tabs, .chips, .facts, figcaption, fieldset > label'))) {
    const controls = [...row.querySelectorAll('button, .button, select, input:not([type=hidden]), .off')].filter((node) => shown(node) && node.getBoundingClientRect().width > 0);
    for (const [at, one] of controls.entries()) {
      for (const other of controls.slice(at + 1)) {
        const [a, b] = [one.getBoundingClientRect(), other.getBoundingClientRect()];
        const beside = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top) > Math.min(a.height, b.height) / 2;
        if (beside && Math.abs(a.top + a.bottom - b.top - b.bottom) > 4) faults.push(`${name(one)} and ${name(other)} stand beside each other and not on one line`);
      }
    }
  }
  return [...new Set(faults)];
}, rows);

/** Has a tab note how much of its pages shifts while they come; call it before the page is asked for. */
export const watchShift = (page) => page.evaluateOnNewDocument(() => {
  window.shifted = 0;
  new PerformanceObserver((list) => { for (const entry of list.getEntries()) if (!entry.hadRecentInput) window.shifted += entry.value; }).observe({ type: 'layout-shift', buffered: true });
});

/** More than 0.02 of layout shift since the page was asked for. */
export const shift = (page) => page.evaluate(() => window.shifted > 0.02 ? [`layout shift of ${window.shifted.toFixed(3)}`] : []);
