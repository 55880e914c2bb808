// All gates that a page passes as it stands, at one width after the other.
import { access } from './access.mjs';
import { colours } from './colours.mjs';
import { enlarge, layout, shift, sideways, space, watchShift } from './layout.mjs';
import { disclose, look } from './reader.mjs';
import { listen } from './silence.mjs';

/** The widths in CSS pixels at which pages are looked at. */
export const widths = [320, 390, 768, 1280];

// With E2E_ALL=1 each width is tried in each scheme, closed and open. Without, each is tried once in each of the two
// schemes, and both closed and open at a narrow and at a wide one: what is found at one is mostly found at all.
const looks = widths.flatMap((width) => process.env.E2E_ALL
  ? ['light', 'dark'].flatMap((scheme) => [false, true].map((open) => ({ width, scheme, open, axe: true })))
  : [{ width, scheme: 'light', open: false, axe: width === 390 }, { width, scheme: 'dark', open: true, axe: true }]);

/** Asks for a page over a slow line, which shows what moves while it comes; gives the answer. */
export async function come(page, url) {
  await page.chrome.send('Network.enable');
  await page.chrome.send('Network.emulateNetworkConditions', { offline: false, latency: 20, downloadThroughput: 40_000, uploadThroughput: 40_000 });
  const answer = await page.goto(url, { waitUntil: 'load' });
  await page.chrome.send('Network.emulateNetworkConditions', { offline: false, latency: 0, downloadThroughput: -1, uploadThroughput: -1 });
  return answer;
}

/** A tab that is watched from its first page on. */
export async function watched(reader, asked) {
  const page = await reader.tab(asked);
  page.silence = await listen(page);
  await watchShift(page);
  return page;
}

/**
 * Holds every gate against the page that a watched tab shows; gives what is wrong, each with the width and the look at
 * which it is. `picture` is called at each look, closed.
 */
export async function gates(page, picture = async () => {}) {
  const found = [];
  const note = (at, faults) => found.push(...faults.map((fault) => `${at}: ${fault}`));
  note('on coming', await shift(page));
  for (const { width, scheme, open, axe } of looks) {
    const at = `${width} px, ${scheme}${open ? ', open' : ''}`;
    await look(page, { width, scheme });
    await disclose(page, false);
    await picture({ width, scheme });
    await disclose(page, open);
    note(at, await sideways(page));
    note(at, await layout(page));
    if (axe) note(at, await access(page));
    if (scheme === 'dark') continue;
    await disclose(page, true);
    if (width === 1280) note(`${at}, open`, await access(page, ['color-contrast']));
    note(`${at}, open`, [...await sideways(page), ...await layout(page)]);
    await space(page, true);
    note(`${at}, spaced`, [...await sideways(page), ...await layout(page, { rows: false })]);
    await space(page, false);
    if (width < 390) continue;
    await enlarge(page, 2);
    note(`${at}, text twice as large`, await sideways(page));
    await enlarge(page, 1);
  }
  await disclose(page, true);
  for (const scheme of ['light', 'dark']) {
    for (const forced of [false, true]) {
      await look(page, { scheme, forced });
      note(`${scheme}${forced ? ', forced colours' : ''}`, await colours(page));
      if (forced) await picture({ width: 1280, scheme, forced });
    }
  }
  await look(page);
  await disclose(page, false);
  note('at any time', page.silence.faults());
  // What is wrong at every look need not be said at each.
  const said = new Set();
  return found.filter((fault) => { const what = fault.slice(fault.indexOf(': ')); return !said.has(what) && said.add(what); });
}
