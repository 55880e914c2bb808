// GraphiQL itself, fetched and built in: it opens with the operation of its address, runs it, and shows an error; nothing comes from
// elsewhere, and its own policy refuses nothing.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { after, before, test } from 'node:test';
import { reader } from '../explorer/reader.mjs';
import { listen } from '../explorer/silence.mjs';
import { startTagged } from '../server.mjs';

let server, chromium, page, silence;
before(async () => {
  execFileSync('make', ['graphiql'], { cwd: '..', stdio: 'inherit' });
  [server, chromium] = await Promise.all([startTagged('graphiql', '--loopback-budget', '60000000'), reader()]);
  page = await chromium.tab();
  silence = await listen(page);
});
after(async () => {
  await chromium?.close();
  if (server) assert.equal(await server.stop(), 0, 'the server ends cleanly');
});

/** Opens GraphiQL with an operation; gives how often it asked. */
async function open(query, variables = '') {
  const asked = [];
  const note = (request) => { if (request.method() === 'POST') asked.push(request.postData()); };
  page.on('request', note);
  await page.goto(`${server.url}/graphiql?${new URLSearchParams({ query, variables })}`, { waitUntil: 'networkidle0' });
  await page.waitForSelector('.graphiql-execute-button');
  page.off('request', note);
  return asked;
}

async function run(expected) {
  await page.click('.graphiql-execute-button');
  await page.waitForFunction((expected) => document.querySelector('.graphiql-response .result-window')?.textContent.includes(expected), {}, expected);
}

test('it opens with an operation, asks the schema alone, and runs it', async () => {
  const asked = await open('query Two($n: Int) { posts(first: $n) { nodes { slug } } }', '{"n": 2}');
  assert.ok(asked.length > 0 && asked.every((body) => body.includes('IntrospectionQuery')), `asks ${asked} by itself`);
  await run('"nodes"');
});

test('it shows an error', async () => {
  await open('{ posts { titel } }');
  await run('Cannot query field');
});

test('it says nothing to the console, asks no other host, and nothing is refused', () => {
  const meant = [/^asks null for (font|image) /, /^(400|422) for .*\/graphql$/, /^console error: Failed to load resource.*\/graphql$/]; // data: addresses of its own sheet; the error above
  assert.deepEqual(silence.faults().filter((fault) => !meant.some((one) => one.test(fault))).map((fault) => fault.slice(0, 300)), []);
});
