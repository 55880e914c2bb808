// The page for people on call in the states that only this server has: opened in place, of an hour, made anew while nobody reads, closed with its key.
import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { archive } from './archive.mjs';
import { gates, watched } from './gates.mjs';
import { reader } from './reader.mjs';
import { click, goes, until } from './walk.mjs';

const pictures = join(import.meta.dirname, 'made', 'pictures');
mkdirSync(pictures, { recursive: true });

const server = await archive();
const chromium = await reader();
const newer = server.releases.at(-1);
server.command(['import', '-', '--note', 'one more post', '--rollback-note', 'purge the start page'], JSON.stringify({ slug: 'staged', title: 'Staged', body: [{ type: 'paragraph', text: 'New.' }] }));
const staged = JSON.parse(server.command(['releases', '--json'])).at(-1).name;
const says = (page, selector) => page.$eval(selector, (part) => part.textContent.replace(/\s+/g, ' ').trim());
after(async () => {
  await chromium.close();
  assert.equal(await server.stop(), 0, 'the server ends cleanly');
});

describe('gates', { concurrency: 2 }, () => {
  const open = async (page) => { // in place
    await click(page, `a[href$="/ops/publish?to=${staged}"]`);
    await page.waitForSelector('#confirm');
  };
  for (const [name, path, then] of [
    ['ops-hour', '/ops?of=hour&live=off'], ['ops-opened', '/ops?live=off', open],
  ]) {
    test(name, async () => {
      const page = await watched(chromium);
      try {
        await page.goto(server.ops + path, { waitUntil: 'load' });
        await then?.(page);
        const found = await gates(page, async ({ width, scheme, forced }) => {
          if (width !== 320) await page.screenshot({ path: join(pictures, `${name}-${width}-${scheme}${forced ? '-forced' : ''}.jpeg`), type: 'jpeg', quality: 60, fullPage: true, optimizeForSpeed: true });
        });
        assert.deepEqual(found, []);
      } finally {
        await page.leave();
      }
    });
  }
});

test('it is made anew while nobody reads', async () => {
  const page = await watched(chromium);
  await page.goto(`${server.ops}/ops`);
  const clock = () => says(page, '[data-swap=clock]');
  let was = await clock();
  await page.focus('section[aria-labelledby=releases] a');
  await fetch(`${server.url}/v1/posts?limit=3`);
  await until('the clock goes on', async () => await clock() !== was);
  assert.ok(await page.evaluate(() => document.activeElement.closest('section[aria-labelledby=releases]') !== null), 'focus stays');
  await page.$eval('details', (part) => { part.open = true; });
  was = await clock();
  await new Promise((resolve) => setTimeout(resolve, 6000));
  assert.equal(await clock(), was, 'nothing is taken from under who reads');
  await goes(page, () => click(page, '.status a'), /live=off/);
  assert.equal(await page.$('[data-every]'), null);
  assert.deepEqual(page.silence.faults(), []);
  await page.leave();
});

test('a session ends with its key', async () => {
  const secret = /alphanode_[0-9a-f]{64}/.exec(server.command(['key', 'add', '--scope', 'admin', '--name', 'desk']))[0];
  const { id } = JSON.parse(server.command(['key', 'list', '--json'])).at(-1);
  await until('the key is known', async () => (await fetch(`${server.url}/settings`, { headers: { authorization: `Bearer ${secret}` } })).ok);
  const page = await watched(chromium);
  await page.goto(`${server.url}/ops`);
  await page.type('#key', secret);
  await click(page, '.confirm .primary');
  await until('it is open', async () => (await says(page, '.status')).includes(`serving ${newer}`));
  assert.equal(await page.evaluate(() => document.cookie), '', 'no script reads the cookie');
  assert.ok(!(await page.content()).includes(secret), 'no page holds the key');
  server.command(['key', 'revoke', id]);
  await until('it is closed', () => page.$('#key')); // by itself, when it is made anew next
  assert.deepEqual(page.silence.faults().filter((fault) => !/401/.test(fault)), []);
  await page.leave();
});
