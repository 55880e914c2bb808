// A page of another origin in Chromium: clients with the headers that tracing and error reports add, so that the browser
// asks first; every header that the server sends is there to read.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { generated } from '../codegen/generate.mjs';
import { startServer } from '../server.mjs';
import { bundle, typecheck } from '../typescript.mjs';
import { visit } from './browser.mjs';

let server, visited;
before(async () => {
  server = await startServer('--loopback-budget', '60000000'); // as who comes from elsewhere has one
  await generated(server.url);
  await typecheck('browser');
  visited = await visit(await bundle('browser/page.ts', { platform: 'browser' }));
});
after(async () => {
  await visited?.close();
  if (server) assert.equal(await server.stop(), 0, 'the server ends cleanly');
});

const inPage = (name) => visited.page.evaluate((name, url) => window.page[name](url), name, server.url);

test('Apollo Client walks a list', async () => {
  const { total, found } = await inPage('apollo');
  assert.ok(total > 100);
  assert.equal(found, total);
});

test('the browser asked first', () => { assert.ok(visited.preflights.some((address) => address.startsWith(server.url))); });

test('urql walks a list', async () => { assert.ok(await inPage('urql') > 100); });

test('without headers of its own it asks for leave before texts of operations alone', async () => {
  for (let times = 0; times < 2; times++) {
    const before = visited.preflights.length;
    assert.deepEqual(await inPage('simple'), { lost: false, told: true });
    const paths = visited.preflights.slice(before).map((address) => address.slice(server.url.length));
    assert.ok(paths.every((path) => path === '/graphql'), `the browser asked for leave to ask ${paths}`); // for POST
    if (times > 0) assert.deepEqual(paths, []); // the server knows the hashes by now
  }
});

test('REST: pages by links, and every header is there to read', async () => {
  const { slugs, headers } = await inPage('rest');
  assert.ok(slugs > 100);
  for (const name of ['cache-control', 'cache-status', 'content-type', 'etag', 'link', 'release', 'ratelimit', 'ratelimit-policy', 'request-id', 'server-timing']) {
    assert.ok(headers[name], `${name} is not there to read: ${JSON.stringify(headers)}`);
  }
});

test('a stream goes on where it was broken off', async () => {
  const { status, range, count, goesOn } = await inPage('stream');
  assert.equal(status, 206);
  assert.match(range ?? '', /^lines 10-\d+\/\d+$/);
  assert.ok(Number(count) > 100);
  assert.ok(goesOn);
});

test('a page that keeps answers asks whether they changed', async () => {
  const { again, changed, headers } = await inPage('conditional');
  assert.equal(again, 304);
  assert.equal(changed, 200);
  assert.ok(headers.etag);
});

test('a reader leaves, and may come back', async () => {
  assert.deepEqual(await inPage('leaves'), { failed: 'AbortError', next: 200 });
});

test('errors reach the page', async () => {
  const { statuses, wrong, graphql } = await inPage('errors');
  assert.deepEqual(statuses, [404, 400, 404, 401]);
  assert.match(wrong, /did you mean quality/);
  assert.equal(graphql, 'BAD_REQUEST');
});

test('no warning was given', () => assert.deepEqual(visited.warnings, []));
