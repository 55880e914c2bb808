// The pages for people on call: publish and roll back, with scripts and without, also when somebody else was faster.
import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { archive, freePort } from './archive.mjs';
import { gates, watched } from './gates.mjs';
import { reader } from './reader.mjs';
import { click, goes, until } from './walk.mjs';

const pictures = join(import.meta.dirname, 'made', 'pictures');
mkdirSync(pictures, { recursive: true });

const port = await freePort();
const desk = `http://127.0.0.1:${port}`;
const server = await archive('--ops-addr', `127.0.0.1:${port}`);
const chromium = await reader();
const [older, newer] = server.releases;
const post = (slug) => JSON.stringify({ slug, title: slug, body: [{ type: 'paragraph', text: 'New.' }] });
const current = async () => (await (await fetch(`${server.url}/v1/releases/current`)).json()).data.name;
const stage = (slug) => {
  server.command(['import', '-', '--note', `a post called ${slug}`, '--rollback-note', 'purge the start page'], post(slug));
  return JSON.parse(server.command(['releases', '--json'])).at(-1).name;
};
const says = (page, selector) => page.$eval(selector, (part) => part.textContent.replace(/\s+/g, ' ').trim());
/** What a page says went wrong; "" where nothing did. */
const wrong = (page) => page.evaluate(() => document.querySelector('[role=alert]')?.textContent ?? '');

/** Types the name of the release into the form that confirms, and sends it. */
async function confirm(page, name) {
  await page.$eval('#confirm', (field, name) => { field.value = name; }, name);
  await click(page, '.confirm:has(#confirm) .primary, .confirm:has(#confirm) .danger:not(a)');
}

after(async () => {
  await chromium.close();
  assert.equal(await server.stop(), 0, 'the server ends cleanly');
});

for (const script of [true, false]) {
  describe(script ? 'with scripts' : 'without scripts', () => {
    let page, staged;
    before(async () => {
      staged = stage(`staged-${script}`);
      page = await watched(chromium, { script, width: script ? 1280 : 390 });
    });
    after(() => page.leave());

    test('publish', async () => {
      const was = await current();
      await page.goto(`${desk}/ops`);
      assert.match(await says(page, '.status'), new RegExp(`serving ${was}`));
      const open = `a[href$="/ops/publish?to=${staged}"]`;
      if (script) await click(page, open); // in place
      else await goes(page, () => click(page, open), /publish/);
      await page.waitForSelector('#confirm');
      assert.match(await says(page, '.confirm'), new RegExp(`Publish ${staged}\\?.*1 ?post is new.*Type ${staged} to confirm`));
      assert.match(await says(page, '.confirm'), new RegExp(`staged-${script}.*tag {1,2}posts.*alphanode publish ${staged}`));
      await goes(page, () => confirm(page, staged), /done=/);
      assert.match(await says(page, 'main'), new RegExp(`${staged} is current.*alphanode rollback --to ${was}`));
      assert.equal(await current(), staged);
    });

    test('a name that is another', async () => {
      await page.goto(`${desk}/ops/rollback?to=${newer}`);
      await page.$eval('#confirm', (field) => { field.removeAttribute('pattern'); });
      await confirm(page, older);
      await until('it is refused', async () => /Nothing was changed: the name/.test(await wrong(page)));
      assert.equal(await current(), staged);
    });

    test('somebody else was faster', async () => {
      await page.goto(`${desk}/ops/rollback?to=${older}`);
      assert.match(await says(page, '.confirm'), new RegExp(`Roll back from ${staged} to ${older}\\?.*purge the start page.*Keep ${staged}`));
      server.command(['rollback', '--to', newer]);
      await until('it is served', async () => await current() === newer);
      await confirm(page, older);
      await until('it is refused', async () => /somebody else was faster/.test(await wrong(page)));
      assert.match(await says(page, '.confirm'), new RegExp(`${staged} was current, and now ${newer} is.*Roll back from ${newer}|Roll back from ${newer} to ${older}\\?.*${staged} was current, and now ${newer} is`));
      assert.equal(await current(), newer);
      await goes(page, () => confirm(page, older), /done=/);
      assert.equal(await current(), older);
      server.command(['publish', newer, '--force']);
      await until('it is served', async () => await current() === newer);
    });

    test('at the address of readers it takes a key', async () => {
      const secret = /alphanode_[0-9a-f]{64}/.exec(server.command(['key', 'add', '--scope', 'admin', '--name', `desk ${script}`]))[0];
      const id = JSON.parse(server.command(['key', 'list', '--json'])).at(-1).id;
      const page = await watched(chromium, { script });
      await page.goto(`${server.url}/ops/publish?to=${staged}`);
      assert.equal(await page.$('#confirm'), null);
      const enter = async (key) => {
        await page.$eval('#key', (field, key) => { field.value = key; }, key);
        await click(page, '.confirm .primary');
      };
      await enter('alphanode_wrong');
      await until('it is refused', async () => /no key that opens/.test(await wrong(page)));
      await until('the key is known', async () => (await fetch(`${server.url}/settings`, { headers: { authorization: `Bearer ${secret}` } })).ok);
      await enter(secret);
      await page.waitForSelector('#confirm');
      assert.equal(await page.evaluate(() => document.cookie), '');
      const html = await page.content();
      assert.ok(!html.includes(secret), 'no page holds the key');
      await page.goto(`${server.url}/ops`);
      assert.match(await says(page, '.status'), new RegExp(`serving ${newer}`));
      server.command(['key', 'revoke', id]);
      await until('the session ends with the key', async () => { await page.reload(); return await page.$('#key'); });
      assert.deepEqual(page.silence.faults(), []);
      await page.leave();
    });

    test('what is said to the console', () => assert.deepEqual(page.silence.faults(), []));
  });
}

test('it is made anew while nobody reads', async () => {
  const page = await watched(chromium);
  await page.goto(`${desk}/ops`);
  const clock = () => says(page, '[data-swap=clock]');
  let was = await clock();
  await page.focus('section[aria-labelledby=releases] a');
  await page.evaluate(() => { document.activeElement.dataset.mark = 'was here'; });
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

describe('gates', { concurrency: 2 }, () => {
  const staged = stage('staged-for-gates');
  for (const [name, path] of [['ops', '/ops'], ['ops-hour', '/ops?of=hour&live=off'], ['ops-publish', `/ops/publish?to=${staged}`], ['ops-rollback', `/ops/rollback?to=${older}`], ['ops-none', '/ops/publish?to=r999']]) {
    test(name, async () => {
      const page = await watched(chromium);
      try {
        await page.goto(desk + path, { waitUntil: 'load' });
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
