// The consoles in Chromium: an operation is written, asked and found wrong; history, examples, the schema beside it; the documentation,
// and its forms; all of it without JavaScript; and GraphiQL itself, where a build has it.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { gates, watched } from '../explorer/gates.mjs';
import { reader } from '../explorer/reader.mjs';
import { startServer } from '../server.mjs';

let server, chromium, page;
before(async () => {
  [server, chromium] = await Promise.all([startServer('--loopback-budget', '60000000'), reader()]);
  page = await watched(chromium, {});
});
after(async () => {
  await chromium?.close();
  if (server) assert.equal(await server.stop(), 0, 'the server ends cleanly');
});

const go = (path, tab = page) => tab.goto(server.url + path, { waitUntil: 'networkidle0' });
const text = (selector, tab = page) => tab.$eval(selector, (node) => node.textContent.trim());
const set = (id, value) => page.$eval(`#${id}`, (area, value) => { area.value = value; area.dispatchEvent(new Event('input')); }, value);

/** Presses Run, and waits for what it tells. */
async function run() {
  await page.$eval('#facts', (facts) => { facts.textContent = ''; });
  await page.$eval('button[name=run]', (button) => button.click());
  await page.waitForFunction(() => document.querySelector('#facts').textContent && !document.querySelector('#answer').ariaBusy);
  return text('#facts');
}
const problems = () => page.$$eval('#problems:not([hidden]) li', (rows) => rows.map((row) => row.textContent.trim()));

describe('the console', () => {
  test('asks by the keyboard alone; Enter keeps the depth, and Tab leaves', async () => {
    await go('/graphiql');
    await set('query', '');
    await set('variables', '{"n": 2}');
    await page.focus('#query');
    for (const line of ['query Two($n: Int) {', 'posts(first: $n) {', 'nodes { slug meta { viewCount } }']) {
      await page.keyboard.type(line);
      await page.keyboard.press('Enter');
    }
    await page.keyboard.press('Backspace');
    await page.keyboard.press('Backspace');
    await page.keyboard.type('}');
    await page.keyboard.press('Enter');
    await page.keyboard.press('Backspace');
    await page.keyboard.press('Backspace');
    await page.keyboard.type('}');
    assert.equal(await page.$eval('#query', (area) => area.value), 'query Two($n: Int) {\n  posts(first: $n) {\n    nodes { slug meta { viewCount } }\n  }\n}');
    await page.keyboard.press('Tab');
    assert.equal(await page.evaluate(() => document.activeElement.id), 'variables');
    await page.keyboard.down('Control');
    await page.keyboard.press('Enter');
    await page.keyboard.up('Control');
    await page.waitForFunction(() => document.querySelector('#body').textContent.includes('"slug"'));
    assert.match(await text('#facts'), /^status 200 · [\d.]+ ms · \d+ store calls? · cost \d+, requested \d+ · cache (miss|hit) · release r1 · [\d,]+ characters$/);
    const shown = await text('#body');
    assert.equal(JSON.parse(shown).data.posts.nodes.length, 2);
    const asked = await (await fetch(`${server.url}/graphql?${new URLSearchParams({ query: 'query Two($n: Int) { posts(first: $n) { nodes { slug meta { viewCount } } } }', variables: '{"n":2}' })}`)).text();
    assert.deepEqual(JSON.parse(shown).data, JSON.parse(asked).data);
    assert.match(await run(), /cache hit/);
  });

  test('moves lines in and out', async () => {
    await set('query', '{\nrelease {\nname\n}\n}');
    await page.$eval('#query', (area) => { area.focus(); area.setSelectionRange(2, 16); });
    const press = async (key) => { await page.keyboard.down('Control'); await page.keyboard.press(key); await page.keyboard.up('Control'); };
    await press(']');
    assert.equal(await page.$eval('#query', (area) => area.value), '{\n  release {\n  name\n}\n}');
    await press('[');
    assert.equal(await page.$eval('#query', (area) => area.value), '{\nrelease {\nname\n}\n}');
  });

  test('shows an error at its line', async () => {
    await set('query', '{\n  posts(first: 1) {\n    nodes { titel }\n  }\n}');
    await set('variables', '');
    assert.match(await run(), /^1 error · status 400/);
    const [problem] = await problems();
    assert.match(problem, /^query line 3, column 13 Cannot query field "titel".*VALIDATION_FAILED$/);
    assert.equal(await text('.lines:has(#query) .numbers b'), '×3');
    assert.equal(await page.$eval('#query', (area) => area.ariaInvalid), 'true');
    await page.click('#problems button');
    assert.deepEqual(await page.evaluate(() => [document.activeElement.id, document.activeElement.selectionStart]), ['query', '{\n  posts(first: 1) {\n    nodes { '.length]);
    await set('query', '{ release { name } }');
    assert.equal(await page.$('.numbers b'), null, 'a mark stays after a change');
    await set('variables', '{\n  "a": 1,\n  b\n}');
    await run();
    assert.match((await problems())[0], /^variables line 3, column \d+ The variables are no JSON/);
    await set('variables', '');
    await run();
    assert.deepEqual(await problems(), []);
  });

  test('what refuses a request says why', async () => {
    await page.$eval('details:has(#key)', (details) => { details.open = true; });
    await set('pin', 'r99');
    assert.match(await run(), /status 404/);
    assert.match((await problems())[0], /NOT_FOUND$/);
    await set('pin', 'r1');
    assert.match(await run(), /release r1/);
    await set('pin', '');
    page.silence.faults(); // the 404 that was meant
  });

  test('a key is sent, and kept nowhere', async () => {
    const secret = `alphanode_${'0123456789abcdef'.repeat(4)}`;
    await set('key', secret);
    assert.match(await run(), /status 401/);
    await set('query', `{ post(slug: "${secret}") { title } }`);
    await set('key', '');
    await run();
    const kept = await page.evaluate(() => JSON.stringify([{ ...localStorage }, { ...sessionStorage }, document.cookie, location.href]));
    assert.ok(!kept.includes(secret), `found the key in ${kept}`);
    page.silence.faults(); // the 401 that was meant
  });

  test('history comes back after a reload, and goes when it is cleared', async () => {
    await go('/graphiql');
    await page.click('#clear');
    for (const query of ['query First { release { name } }', 'query Second { scores { count } }']) {
      await set('query', query);
      await set('variables', '');
      await run();
    }
    await page.reload({ waitUntil: 'networkidle0' });
    assert.deepEqual(await page.$$eval('#history button', (rows) => rows.map((row) => row.textContent)), ['Second', 'First']);
    assert.equal(await page.$eval('#query', (area) => area.value), 'query Second { scores { count } }', 'the address has what was asked');
    await page.click('#history li:last-child button');
    assert.equal(await page.$eval('#query', (area) => area.value), 'query First { release { name } }');
    await page.click('#clear');
    assert.deepEqual(await page.$$('#history li'), []);
    assert.equal(await page.evaluate(() => localStorage.getItem('alphanode.graphiql.history')), '[]');
  });

  test('of several operations one is chosen', async () => {
    await set('query', 'query One { release { name } }\nquery Two { scores { count } } # query Three');
    assert.deepEqual(await page.$$eval('#operation option', (options) => options.map((option) => option.value)), ['One', 'Two']);
    await page.select('#operation', 'Two');
    await run();
    assert.match(await text('#body'), /"scores"/);
    assert.deepEqual(await problems(), []);
  });

  test('an old answer never covers a new one', async () => {
    await set('query', 'query Slow { release { name } }');
    let release;
    const held = new Promise((resolve) => { release = resolve; });
    page.answer = (address) => address.includes('Slow') ? held : undefined;
    await page.$eval('button[name=run]', (button) => button.click());
    await set('query', 'query Quick { scores { count } }');
    await run();
    release();
    await new Promise((resolve) => setTimeout(resolve, 200));
    page.answer = undefined;
    assert.match(await text('#body'), /"scores"/);
  });

  test('each example opens without being asked, and answers', async () => {
    await go('/graphiql');
    const links = await page.$$eval('section:has(#examples-head) a', (all) => all.map((link) => link.href));
    assert.ok(links.length >= 11);
    let asked = 0;
    const count = (request) => { if (new URL(request.url()).pathname === '/graphql') asked++; };
    page.on('request', count);
    for (const link of links) {
      await page.goto(link, { waitUntil: 'networkidle0' });
      assert.equal(asked, 0, `${link} asks by itself`);
      assert.match(await run(), /^status 200/);
      assert.deepEqual(await problems(), [], link);
      asked = 0;
    }
    page.off('request', count);
  });

  test('the schema stands beside it', async () => {
    await go('/graphiql');
    await page.type('#reference input', 'needsHuman');
    await page.waitForFunction(() => document.querySelector('#reference dt a')?.textContent.includes('needsHumanReview'));
    await page.click('#reference dt a');
    await page.waitForFunction(() => /type Flags|input PostFilter/.test(document.querySelector('#reference-page h3')?.textContent));
    assert.ok(await page.evaluate(() => document.querySelector('#reference').contains(document.activeElement)), 'focus went along');
    assert.equal(await page.evaluate(() => location.pathname), '/graphiql');
  });

  test('says nothing to the console, and asks nobody else', () => assert.deepEqual(page.silence.faults(), []));
});

describe('the documentation', () => {
  test('a form of it asks, and shows the request', async () => {
    await go('/docs');
    await page.click('a[href$="/docs/rest/listSummaries"]');
    await page.waitForSelector('input[name=limit]');
    await page.type('input[name=limit]', '2');
    await Promise.all([page.waitForNavigation(), page.click('button[name=run]')]);
    const shown = JSON.parse(await text('#answer code'));
    assert.deepEqual(shown, await (await fetch(`${server.url}/v1/summaries?limit=2`)).json());
    assert.match(await text('.request summary'), /GET \/v1\/summaries\?limit=2/);
  });

  test('says nothing to the console', () => assert.deepEqual(page.silence.faults(), []));
});

test('pages pass the gates', async () => { // /graphiql and /docs are among those of explorer/pages.mjs
  const wrong = encodeURIComponent('{\n  posts { titel }\n}'), found = {};
  for (const path of [`/graphiql?query=${wrong}&run=1`, '/docs/rest/listPosts?limit=1&run=1', '/docs/rest/publishRelease', '/docs/shapes/Post', '/docs/graphql/Query', '/docs/graphql?q=similar']) {
    const tab = await watched(chromium, {});
    await go(path, tab);
    const faults = await gates(tab);
    if (faults.length) found[path] = faults;
    await tab.leave();
  }
  assert.deepEqual(found, {});
});

test('without JavaScript it asks and shows an error with its line', async () => {
  const tab = await chromium.tab({ script: false });
  await go('/graphiql', tab);
  await Promise.all([tab.waitForNavigation(), tab.click('button[name=run]')]);
  assert.match(await text('#body', tab), /"totalCount": [1-9]/);
  await go(`/graphiql?query=${encodeURIComponent('{\n  nothing\n}')}&run=1`, tab);
  assert.match(await text('#problems', tab), /^query line 2, column 3/);
  await tab.leave();
});
