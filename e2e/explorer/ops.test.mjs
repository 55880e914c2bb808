// Publishing and rolling back from /ops: what was shown is what is done, also when somebody else was faster; and who may not.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { publish, served } from '../server.mjs';
import { archive } from './archive.mjs';
import { watched } from './gates.mjs';
import { reader } from './reader.mjs';
import { click, goes, until } from './walk.mjs';

let server, chromium, older, newer;
before(async () => {
  server = await archive();
  [older, newer] = server.releases;
  chromium = await reader();
});
after(async () => {
  await chromium?.close();
  if (server) assert.equal(await server.stop(), 0, 'the server ends cleanly');
});
const text = (page, selector) => page.$eval(selector, (part) => part.textContent.replace(/\s+/g, ' ').trim());
const current = async () => (await (await fetch(`${server.url}/v1/releases/current`)).json()).data.name;
const post = (name) => ({ slug: name, title: `A post that ${name} made`, body: [{ type: 'paragraph', text: 'Here.' }] });

/** Makes what is current again what it was before a test. */
async function again(name) {
  if (await current() !== name) server.command(['publish', name, '--force']);
  assert.equal(await served(server), name);
}

for (const script of [true, false]) {
  test(`roll back and publish, ${script ? 'in place' : 'without scripts'}`, async () => {
    const page = await watched(chromium, { script });
    await page.goto(`${server.ops}/ops`, { waitUntil: 'load' });
    assert.match(await text(page, 'main'), new RegExp(`serving ${newer}`));

    const opens = async (act) => {
      await click(page, `a[href*="/ops/${act}"][href*="to="]`);
      await until('the confirmation is there', () => page.$('.confirm #confirm'));
      return text(page, '.confirm');
    };
    // Other than by the name of the release nothing is done.
    const shown = await opens('rollback');
    assert.match(shown, new RegExp(`Roll back to ${older}`));
    assert.match(shown, /posts? (go|goes|come|change)/);
    assert.match(shown, /purge/i);
    assert.match(shown, new RegExp(`alphanode rollback .*${older}`));
    await page.$eval('#confirm', (field) => field.focus());
    await page.keyboard.type('r0');
    await click(page, '.confirm button.danger');
    assert.equal(await current(), newer);
    await page.$eval('#confirm', (field) => { field.value = ''; field.focus(); });
    await page.keyboard.type(older);
    await goes(page, () => click(page, '.confirm button.danger'));
    assert.match(await text(page, 'main'), new RegExp(`${older} is current`));
    assert.equal(await served(server), older);

    assert.match(await opens('publish'), new RegExp(`Publish ${newer}`));
    await page.$eval('#confirm', (field) => field.focus());
    await page.keyboard.type(newer);
    await goes(page, () => click(page, '.confirm button.primary'));
    assert.equal(await served(server), newer);
    assert.deepEqual(page.silence.faults(), []);
    await page.leave();
  });
}

test('somebody else was faster: nothing is done, and the new plan is shown', async () => {
  const page = await watched(chromium, { script: false });
  await page.goto(`${server.ops}/ops/rollback?to=${older}`, { waitUntil: 'load' });
  const faster = await publish(server, [post('somebody-else')]);
  await page.$eval('#confirm', (field) => field.focus());
  await page.keyboard.type(older);
  const [answer] = await Promise.all([page.waitForResponse((response) => response.request().method() === 'POST'), click(page, '.confirm button.danger')]);
  assert.equal(answer.status(), 409);
  await until('the page says so', () => page.$('[role=alert]'));
  assert.match(await text(page, '[role=alert]'), new RegExp(faster));
  assert.equal(await current(), faster);
  // The plan that is shown now is from what is current now, and can be confirmed.
  assert.equal(await page.$eval('[name=from]', (field) => field.value), faster);
  await page.leave();
  await again(newer);
});

test('a release that was built is published from /ops', async () => {
  server.command(['import', '-'], JSON.stringify(post('staged')));
  const staged = JSON.parse(server.command(['releases', '--json'])).at(-1).name;
  const all = JSON.parse(server.command(['releases', '--json']));
  const { name } = all.find(({ state }) => state === 'staged') ?? { name: staged };
  const page = await watched(chromium);
  await page.goto(`${server.ops}/ops/publish?to=${name}`, { waitUntil: 'load' });
  assert.match(await text(page, '.confirm .grid'), /1 ?post is new/);
  await page.type('#confirm', name);
  const force = await page.$('[name=force]');
  if (force) await force.click();
  await goes(page, () => click(page, '.confirm button.primary'));
  assert.equal(await served(server), name);
  assert.equal((await fetch(`${server.url}/v1/posts/staged`)).status, 200);
  await page.leave();
  await again(newer);
});

test('on the public address there is a form, and a key opens it', async () => {
  const key = server.command(['key', 'add', '--scope', 'admin', '--name', 'on call']).match(/\S{30,}/)[0];
  const page = await watched(chromium, { script: false });
  const response = await page.goto(`${server.url}/ops`, { waitUntil: 'load' });
  assert.equal(response.status(), 401);
  const closed = await text(page, 'main');
  for (const told of [newer, 'posts', 'Routes']) assert.ok(!closed.includes(told), `the closed page tells ${told}`);

  await page.$eval('#key', (field) => field.focus());
  await page.keyboard.type('not a key at all');
  await click(page, 'main form button');
  await until('it says that the key is none', () => page.$('[role=alert]'));

  await until('a running server knows the key', async () => (await fetch(`${server.url}/v1/releases`, { headers: { authorization: `Bearer ${key}` } })).status === 200);
  await page.$eval('#key', (field) => { field.value = ''; field.focus(); });
  await page.keyboard.type(key);
  await click(page, 'main form button');
  await until('it is open', async () => (await text(page, 'main')).includes(`serving ${newer}`));
  const [cookie] = await page.browserContext().cookies();
  assert.deepEqual([cookie.httpOnly, cookie.sameSite, cookie.path], [true, 'Strict', '/ops']);
  assert.ok(!cookie.value.includes(key), 'the cookie does not hold the key');
  await page.goto(`${server.url}/ops/rollback?to=${older}`, { waitUntil: 'load' });
  await page.$eval('#confirm', (field) => field.focus());
  await page.keyboard.type(older);
  await click(page, '.confirm button.danger');
  await until('it is done', async () => await current() === older);
  await page.leave();
  await again(newer);
});

test('a form from another origin does nothing', async () => {
  const page = await chromium.tab();
  await page.goto(`${server.ops}/ops`, { waitUntil: 'load' });
  const body = new URLSearchParams({ from: newer, to: older, confirm: older });
  for (const [base, headers] of [
    [server.ops, { origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' }],
    [server.url, { origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' }],
    [server.url, {}],
  ]) {
    const answer = await fetch(`${base}/ops/rollback`, { method: 'POST', body, headers: { ...headers, 'content-type': 'application/x-www-form-urlencoded' }, redirect: 'manual' });
    assert.ok([401, 403].includes(answer.status), `${answer.status} for a form from ${headers.origin ?? 'nowhere'}`);
    assert.equal(await current(), newer);
  }
  await page.leave();
});
