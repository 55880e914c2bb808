// Apollo Client: generated types, its cache over pages, unions and interfaces, persisted queries over GET, its errors.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { generate } from '../codegen/generate.mjs';
import { made, startServer } from '../server.mjs';
import { load, run, typecheck } from '../typescript.mjs';

let server, apollo, client;
const asked = [];

before(async () => {
  server = await startServer();
  await generate(`${server.url}/graphql`);
  await typecheck('apollo');
  apollo = await load('apollo/client.ts');
  client = apollo.newClient(server.url, { fetch: watched });
});
after(async () => { if (server) assert.equal(await server.stop(), 0); });

/** Notes what the client sends. */
async function watched(url, init) {
  const response = await fetch(url, init);
  asked.push({ method: init.method, url: String(url), status: response.status, headers: response.headers });
  return response;
}

test('walks a list to its end', async () => {
  const posts = await apollo.walk(client, { tool: { in: ['git', 'docker'] }, quality: { gte: 85 } }, 'TITLE');
  assert.ok(posts.totalCount > 200);
  assert.equal(posts.edges.length, posts.totalCount);
  assert.equal(new Set(posts.edges.map(({ node }) => node.id)).size, posts.totalCount);
  assert.ok(posts.edges.every(({ node }) => node.meta.tools.some(({ name }) => name === 'git' || name === 'docker')));
});

test('sends a text once and then its hash in GET requests, which a cache may keep', () => {
  assert.deepEqual(asked.slice(0, 3).map(({ method }) => method), ['GET', 'POST', 'GET']);
  const pages = asked.slice(2);
  assert.ok(pages.length > 1);
  for (const { method, url, status, headers } of pages) {
    assert.equal(method, 'GET');
    assert.ok(!new URL(url).searchParams.has('query'));
    assert.equal(status, 200);
    assert.match(headers.get('cache-control'), /max-age=/);
    assert.ok(headers.get('etag'));
  }
});

test('what is not known by its hash is not kept by caches', () => {
  assert.match(asked[0].headers.get('cache-control') ?? '', /no-store/);
  assert.equal(asked[0].headers.get('etag'), null);
});

test('reads unions and interfaces, and finds nodes again by their ids', async () => {
  const { data } = await apollo.walk(client, { slug: { prefix: 'notes-on' } }, 'SLUG').then(({ edges }) => apollo.readPost(client, edges[0].node.slug));
  assert.ok(data.post.body.length > 0);
  assert.ok(data.post.body.every(({ __typename }) => __typename.endsWith('Block')));
  const [tool] = data.post.meta.tools;
  assert.ok(tool.postCount > 0);
  assert.ok(tool.related.every(({ node }) => node.__typename === 'Entity' && node.type));
  const found = await apollo.again(client, [data.post.id, tool.id, tool.related[0].node.id]);
  assert.deepEqual(found.data.nodes.map(({ __typename }) => __typename), ['Post', 'Tool', 'Entity']);
  assert.equal(found.data.nodes[1].name, tool.name);
});

test('sends lists of enums, and one alone', async () => {
  const { data } = await apollo.counts(client, ['TOOL', 'CODE_LANGUAGE']);
  assert.deepEqual(data.facets.map(({ field }) => field), ['TOOL', 'CODE_LANGUAGE']);
  const one = await apollo.counts(client, 'TOOL');
  assert.deepEqual(one.data.facets.map(({ field }) => field), ['TOOL']);
});

test('shows errors with their codes', async () => {
  assert.deepEqual(await apollo.codeOf(apollo.similar(client, 'no-such-post')), {
    code: 'NOT_FOUND', expected: 'the slug of a post', retryable: false,
  });
  assert.equal((await apollo.codeOf(apollo.again(client, ['nonsense']))).code, 'BAD_REQUEST');
  assert.equal((await apollo.codeOf(apollo.counts(client, ['NOTHING']))).code, 'BAD_REQUEST');
  const after = await apollo.counts(client, ['TOPIC']); // and goes on
  assert.equal(after.data.facets.length, 1);
});

test('sends the ids of a manifest to a server that takes nothing else', async (t) => {
  await run('generate-persisted-query-manifest', ['--config', 'apollo/persisted-query-manifest.config.json']);
  const manifest = join(made, 'persisted-query-manifest.json');
  const strict = await startServer('--trusted-documents', manifest, '--trusted-only');
  t.after(async () => assert.equal(await strict.stop(), 0));
  const trusted = apollo.newTrustedClient(strict.url, async () => JSON.parse(readFileSync(manifest)));
  const posts = await apollo.walk(trusted, { quality: { gte: 85 } }, 'TITLE');
  assert.equal(posts.edges.length, posts.totalCount);
  assert.equal(await apollo.codeOf(apollo.readPost(trusted, posts.edges[0].node.slug)), undefined);
  const other = apollo.newClient(strict.url);
  assert.ok((await apollo.codeOf(apollo.readPost(other, 'any'))).code, 'the text of an operation is refused');
});
