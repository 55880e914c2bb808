// Gate: what axe leaves out. Every word is seen with forced colours, a mark is seen and can be read in every mode, and
// what has focus has a ring that is seen.

/** What cannot be seen of a page as it stands. */
export async function colours(page) {
  await page.keyboard.press('Tab'); // from here on the browser shows focus, as it does for who uses a keyboard
  return page.evaluate(() => {
    const faults = [];
    const name = (node) => `${node.localName}${[...node.classList].map((one) => `.${one}`).join('')} “${node.textContent.trim().slice(0, 30)}”`;
    const shown = (node) => node.checkVisibility({ visibilityProperty: true, contentVisibilityAuto: true }) && !node.closest('.hidden:not(:focus), noscript');
    const canvas = document.createElement('canvas').getContext('2d', { willReadFrequently: true });
    const known = new Map();
    const rgba = (colour) => {
      if (!known.has(colour)) {
        canvas.clearRect(0, 0, 1, 1);
        canvas.fillStyle = colour;
        canvas.fillRect(0, 0, 1, 1);
        known.set(colour, [...canvas.getImageData(0, 0, 1, 1).data]);
      }
      return known.get(colour);
    };
    const light = ([r, g, b]) => [0.2126 * r, 0.7152 * g, 0.0722 * b].reduce((sum, part, at) => {
      const [weight, value] = [[0.2126, 0.7152, 0.0722][at], [r, g, b][at] / 255];
      return sum + weight * (value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4);
    }, 0);
    const contrast = (a, b) => { const [high, low] = [light(a), light(b)].sort((x, y) => y - x); return (high + 0.05) / (low + 0.05); };
    const ground = (node) => {
      for (let up = node; up; up = up.parentElement) {
        const colour = rgba(getComputedStyle(up).backgroundColor);
        if (colour[3] > 0) return colour;
      }
      return rgba('Canvas');
    };
    const demand = (least, a, b, what) => { const is = contrast(a, b); if (is < least) faults.push(`${what}: contrast ${is.toFixed(2)}, at least ${least} expected`); };
    const forced = matchMedia('(forced-colors: active)').matches;

    if (forced) { // else axe does this
      const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
      while (walk.nextNode()) {
        const node = walk.currentNode.parentElement;
        if (!walk.currentNode.data.trim() || !shown(node) || node.closest('script, style, select, [disabled]')) continue;
        const style = getComputedStyle(node);
        demand(4.5, rgba(node instanceof SVGElement ? style.fill : style.color), ground(node.closest('svg')?.parentElement ?? node), name(node));
      }
    }
    for (const mark of document.querySelectorAll('mark')) {
      if (!shown(mark)) continue;
      const style = getComputedStyle(mark), text = rgba(style.color), under = ground(mark.parentElement);
      const painted = [style.backgroundColor, ...style.backgroundImage.match(/(rgba?|color|oklch|lab)\([^()]*\)/g) ?? []].map(rgba).filter((colour) => colour[3] > 0);
      if (!painted.some((colour) => Math.hypot(...colour.slice(0, 3).map((part, at) => part - under[at])) >= 48)) faults.push(`${name(mark)} looks like what stands around it`);
      for (const colour of painted) demand(4.5, text, colour, name(mark));
      if (/gradient/.test(style.backgroundImage)) demand(4.5, text, under, name(mark));
    }
    const kinds = new Map();
    for (const node of document.querySelectorAll('a[href], button, select, input:not([type=hidden]), textarea, summary, [tabindex="0"]')) {
      const kind = `${node.localName}.${node.className}.${node.type ?? ''}.${node.parentElement.className}`;
      if (shown(node) && !kinds.has(kind)) kinds.set(kind, node);
    }
    const was = document.activeElement;
    for (const node of kinds.values()) {
      node.focus({ preventScroll: true });
      if (document.activeElement !== node) continue;
      const { outlineStyle, outlineWidth, outlineColor } = getComputedStyle(node);
      if (outlineStyle === 'none' || Number.parseFloat(outlineWidth) < 2) faults.push(`focus on ${name(node)} is not shown`);
      else demand(3, rgba(outlineColor), ground(node.parentElement), `focus ring of ${name(node)}`);
    }
    was?.focus?.({ preventScroll: true });
    return [...new Set(faults)];
  });
}
