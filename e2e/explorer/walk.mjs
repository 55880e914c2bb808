// What a reader does: looks at a page, chooses something, and finds what was meant.
import assert from 'node:assert/strict';
import { shown } from './pages.mjs';
import { listed } from './samples.mjs';

/** Waits until something holds, at most 10 s: what is not there yet, or on a page that is just replaced, does not hold yet. A page without scripts can be asked, and cannot tell. */
export async function until(what, holds) {
  const end = Date.now() + 10_000;
  for (;;) {
    const value = await holds().catch((error) => { if (!/context|navigat|detached|null|find element|JavaScript world/i.test(error.message)) throw error; });
    if (value) return value;
    if (Date.now() > end) throw new Error(`waited in vain until ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** Clicks on the first part that is found. */
export async function click(page, selector) {
  if (page.script) await page.click(selector);
  else await page.$eval(selector, (part) => part.click()); // what scrolls there to click runs scripts in the page
}

/** Does something, and waits until the page has another address that fits; gives the address. */
export async function goes(page, does, fits = /./) {
  const was = page.url();
  await does();
  await until(`the address ${was} changes to one of ${fits}`, async () => page.url() !== was && fits.test(page.url()) && await page.evaluate(() => document.readyState === 'complete'));
  return page.url();
}

/** The page shows what its address asks for, and what the request under its head gives: total and posts in order. Waits until it does. */
export async function agrees(page, base) {
  let is, should;
  await until('the page shows what its request gives', async () => {
    const asked = await page.$eval('.request summary code', (code) => code.textContent.replace(/^GET /, ''));
    const { searchParams: wanted } = new URL(page.url());
    const release = wanted.get('release');
    const plain = (parameters) => [...parameters].filter(([name, value]) => name !== 'release' && value !== '').map(([name, value]) => `${name === 'search' ? 'q' : name}=${value}`).sort().join('&');
    if (plain(wanted) !== plain(new URL(asked, base).searchParams)) return false;
    should = listed(await (await fetch(base + asked, { headers: release ? { release } : {} })).json());
    const { total, slugs } = await shown(page);
    is = { total, slugs };
    return JSON.stringify(is) === JSON.stringify(should);
  }).catch((error) => { assert.deepEqual(is, should); throw error; });
  return is;
}

/** Every address on the page that is one of ours: of links, forms, sheets, scripts and pictures. */
export const addresses = (page) => page.evaluate(() => [...document.querySelectorAll('[href], [src], [action]')]
  .map((part) => [part.localName, part.getAttribute('href') ?? part.getAttribute('src') ?? part.getAttribute('action')])
  .filter(([, address]) => !address.startsWith('#')).map(([name, address]) => [name, new URL(address, document.baseURI)])
  .filter(([, url]) => url.origin === location.origin).map(([name, url]) => ({ name, address: url.pathname + url.search })));

/**
 * The whole way through an archive at `base`: search, filter, sort, page, open, similar, entity, tool, releases, compare, and
 * back. Calls `look` at each page.
 */
export async function walk(page, base, look = async () => {}) {
  const first = (selector) => page.$eval(selector, (part) => part.textContent.trim());
  const submit = async () => { if (!page.script) await click(page, '.find .primary'); };

  await page.goto(`${base}/`, { waitUntil: 'load' });
  const all = await agrees(page, base);
  await look('the first page');

  await goes(page, async () => {
    await page.$eval('#q', (field) => field.focus());
    await page.keyboard.type('rollback plan', { delay: 20 });
    await submit();
  }, /[?&]q=rollback(\+|%20)plan/);
  const found = await agrees(page, base);
  assert.ok(found.total > 10 && found.total < all.total, `${found.total} of ${all.total} posts were found`);
  assert.ok(await page.$('#results mark'), 'what was found is marked');
  await look('a search');

  await goes(page, async () => {
    await click(page, '.facets input[name=tool]:not(:checked)');
    if (!page.script) await click(page, '.facets button[form=find]');
  }, /[?&]tool=/);
  const filtered = await agrees(page, base);
  assert.ok(filtered.total > 0 && filtered.total < found.total, `${filtered.total} of ${found.total} posts have the tool`);
  assert.ok(await page.$('.facets input[name=tool]:not(:checked)'), 'other tools can still be chosen');
  assert.match(await first('.chips .off'), /tool/);
  await look('a filter');

  await goes(page, async () => { await page.select('#sort', '-quality'); await submit(); }, /[?&]sort=-quality/);
  const sorted = await agrees(page, base);
  assert.equal(sorted.total, filtered.total);
  await goes(page, () => click(page, '.chips .off'), /^(?!.*tool=)/);
  const unfiltered = await agrees(page, base);
  assert.equal(unfiltered.total, found.total);

  await goes(page, () => click(page, '.pages a[rel~=next]'), /[?&](page=2|after=)/);
  const second = await agrees(page, base);
  assert.ok(second.slugs.every((slug) => !unfiltered.slugs.includes(slug)));
  await look('the second page');

  await goes(page, () => click(page, '#results .cards h3 a'), /\/posts\//);
  const title = await first('h1');
  assert.ok(title.length > 5);
  await look('a post');
  await goes(page, () => click(page, '.similar h3 a'), /\/posts\//);
  assert.notEqual(await first('h1'), title);
  await look('a similar post');
  await goes(page, () => click(page, 'main a[href*="/entities/"]'), /\/entities\/./);
  await look('an entity');
  await goes(page, () => click(page, 'main a[href*="/tools/"]'), /\/tools\/./);
  const tool = await first('h1');
  await look('a tool');

  const back = await goes(page, () => page.goBack(), /\/entities\//);
  await goes(page, () => page.goForward(), /\/tools\//);
  assert.equal(await first('h1'), tool);
  assert.notEqual(back, page.url());
  await page.reload();
  assert.equal(await first('h1'), tool);

  await goes(page, () => click(page, '.top nav a[href*="/releases"]'), /\/releases/);
  await look('the releases');
  await goes(page, () => click(page, 'main a[href*="/compare/"]'), /\/compare\//);
  await look('a comparison');
  await goes(page, () => click(page, '.top nav a[href*="/entities"]'), /\/entities/);
  await look('the entities');
  await goes(page, () => click(page, '.top nav a[href*="/tools"]'), /\/tools/);
  await look('the tools');
  await goes(page, () => click(page, '.brand'), /\/(\?.*)?$/);
  assert.deepEqual(await agrees(page, base), all);
}
