// The API description: the rules of Redocly and Spectral, and a typed client that openapi-typescript and openapi-fetch make of it.
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { made, startServer } from '../server.mjs';
import { load, run, typecheck } from '../typescript.mjs';
import { generate, save } from './generate.mjs';

const quiet = { REDOCLY_TELEMETRY: 'off', REDOCLY_SUPPRESS_UPDATE_NOTICE: 'true' };
let server, api, client;
const asked = [];

before(async () => {
  server = await startServer();
  await generate(server.url);
  await typecheck('openapi');
  api = await load('openapi/client.ts');
  client = api.newClient(server.url, { fetch: watched });
});
after(async () => { if (server) assert.equal(await server.stop(), 0); });

/** Notes what the client sends. */
async function watched(request) {
  const response = await fetch(request);
  asked.push(decodeURIComponent(new URL(request.url).search));
  return response;
}

/** Holds a description against the recommended rules, of which not even warnings and hints may be left. */
async function lint(name) {
  const { problems } = JSON.parse(await run('redocly', ['lint', join(made, name), '--extends', 'recommended', '--format', 'json'], { env: quiet }));
  assert.deepEqual(problems, []);
  const ruleset = join(made, 'spectral.json');
  writeFileSync(ruleset, JSON.stringify({ extends: ['spectral:oas'] }));
  const said = await run('spectral', ['lint', join(made, name), '--ruleset', ruleset, '--fail-severity', 'hint', '--format', 'json', '--quiet']);
  assert.deepEqual(JSON.parse(said), []);
}

test('no rule that is recommended is broken', () => lint('openapi.json'));

test('nor where parts are switched off', async () => {
  const part = await startServer('--without', 'graphql,search,streams', '--public-url', 'https://archive.example');
  try {
    await save(part.url, 'openapi-part.json');
  } finally {
    await part.stop();
  }
  await lint('openapi-part.json');
});

test('walks a list to its end', async () => {
  const posts = await api.walk(client, ['git', 'psql']);
  assert.ok(posts.length > 200);
  assert.equal(new Set(posts.map(({ slug }) => slug)).size, posts.length);
  const scores = posts.map(({ score }) => score?.quality ?? -1);
  assert.deepEqual(scores, scores.toSorted((a, b) => b - a));
  assert.match(asked[0], /tool=git&tool=psql&fields=slug&fields=title/); // lists as the client sends them by itself
  const { page } = await (await fetch(`${server.url}/v1/summaries?tool=git&tool=psql&limit=1`)).json();
  assert.equal(posts.length, page.total);
});

test('sends lists to statistics and terms', async () => {
  const { facets, ranges, tool } = await api.counts(client);
  assert.deepEqual(facets.map(({ field, buckets }) => [field, buckets.length]), [['tool', 3], ['difficulty', 3]]);
  assert.deepEqual(ranges.map(({ field }) => field), ['quality', 'updated']);
  assert.deepEqual(ranges[0].buckets.map(({ from, to }) => [from, to]), [[null, 50], [50, 80], [80, null]]);
  assert.ok(tool.scores.count > 0 && tool.related.length > 0);
});

test('errors are typed', async () => {
  const [missing, wrong] = await api.faults(client);
  assert.deepEqual([missing.code, missing.status, missing.retryable], ['NOT_FOUND', 404, false]);
  assert.deepEqual([wrong.code, wrong.errors[0].location], ['BAD_REQUEST', 'query.limit']);
});

test('says how to ask for several terms', async () => {
  assert.equal(await api.meant(client), 'tool=git&tool=psql');
});

test('tells the blocks of a post apart', async () => {
  const [{ slug }] = await api.walk(client, ['psql']);
  assert.ok((await api.headings(client, slug)).length > 0);
});
