// urql: its normalised cache with the schema, pages that the cache joins, persisted queries, GET within the limits of a URL.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { generated } from '../codegen/generate.mjs';
import { listen } from '../console.mjs';
import { examples } from '../examples.mjs';
import { made, startServer } from '../server.mjs';
import { load, typecheck } from '../typescript.mjs';

let server, urql, client;
const asked = [];
const said = listen();

before(async () => {
  server = await startServer();
  await generated(server.url);
  await typecheck('urql');
  urql = await load('urql/client.ts', { whole: true });
  client = urql.newClient(server.url, { fetch: watched });
});
after(async () => { if (server) assert.equal(await server.stop(), 0); });

/** Notes what the client sends. */
async function watched(url, init) {
  const response = await fetch(url, init);
  asked.push({ method: init.method, url: String(url), status: response.status, headers: response.headers });
  return response;
}

test('walks a list to its end', async () => {
  const posts = await urql.walk(client, { tool: { in: ['git', 'docker'] }, quality: { gte: 85 } }, 'QUALITY');
  assert.ok(posts.length > 200);
  assert.equal(new Set(posts.map(({ id }) => id)).size, posts.length);
  const scores = posts.map(({ meta }) => meta.score.quality);
  assert.deepEqual(scores, scores.toSorted((a, b) => b - a));
  assert.ok(asked.slice(2).every(({ method, status, url }) => method === 'GET' && status === 200 && !url.includes('&query=')));
});

test('reads unions and interfaces, and finds nodes again by their ids', async () => {
  const [{ id }] = await urql.walk(client, { slug: { prefix: 'notes-on' } }, 'TITLE');
  const post = await urql.again(client, id);
  assert.equal(post.data.node.__typename, 'Post');
  const { data, error } = await urql.readPost(client, post.data.node.slug);
  assert.equal(error, undefined);
  assert.ok(data.post.body.length > 0);
  const { node } = data.post.meta.tools[0].related[0];
  const term = await urql.again(client, node.id);
  assert.equal(term.data.node.name, node.name);
  assert.equal((await urql.again(client, 'UG9zdDpuby1zdWNoLXBvc3Q')).data.node, null);
});

test('sends lists of enums, and one alone', async () => {
  assert.deepEqual((await urql.counts(client, ['TOOL', 'CODE_LANGUAGE'])).data.facets.map(({ field }) => field), ['TOOL', 'CODE_LANGUAGE']);
  assert.deepEqual((await urql.counts(client, 'TOOL')).data?.facets.map(({ field }) => field), ['TOOL']);
});

test('joins the pages of each list', async () => {
  for (const read of [urql.search, urql.similar, urql.toolPosts]) {
    const first = await read(client);
    const both = await read(client, first.pageInfo.endCursor);
    assert.equal(both.edges.length, 2 * first.edges.length, read.name);
    assert.equal(new Set(both.edges.map(({ node }) => node.id)).size, both.edges.length);
  }
});

test('keeps what a list knows when a post is read, and asks nothing again', async () => {
  const filter = { quality: { gte: 97 } };
  const [{ id }] = await urql.walk(client, filter, 'QUALITY');
  const post = await urql.again(client, id);
  await urql.readPost(client, post.data.node.slug); // selects other fields of meta
  const before = asked.length;
  assert.ok((await urql.walk(client, filter, 'QUALITY')).length > 0);
  assert.equal(asked.length, before);
});

test('asks each example of docs/graphql.md', async () => {
  const [{ id }] = await urql.walk(client, { quality: { gte: 97 } }, 'QUALITY');
  const post = await urql.again(client, id);
  for (const { document, variables } of examples(post.data.node.slug)) {
    const { data, error } = await client.query(document, variables);
    assert.equal(error, undefined, document.loc.source.body);
    assert.ok(data);
  }
});

test('goes to POST where variables are too long for an address', async () => {
  const slugs = Array.from({ length: 99 }, (_, i) => `a-tool-with-quite-a-long-name-${i}`);
  const { data, error } = await urql.counts(client, ['TOOL'], { tool: { in: ['git', ...slugs] } });
  assert.equal(error, undefined);
  assert.equal(data.facets[0].buckets[0].slug, 'git');
  assert.equal(asked.at(-1).method, 'POST');
});

test('shows errors with their codes', async () => {
  assert.equal(urql.codeOf((await urql.again(client, 'nonsense')).error), 'BAD_REQUEST');
  assert.equal(urql.codeOf((await urql.counts(client, ['NOTHING'])).error), 'BAD_REQUEST');
  assert.equal((await urql.counts(client, ['TOPIC'])).error, undefined);
});

test('sends the ids of documents to a server that takes nothing else', async (t) => {
  const strict = await startServer('--trusted-documents', join(made, 'gql', 'persisted-documents.json'), '--trusted-only');
  t.after(async () => assert.equal(await strict.stop(), 0));
  const posts = await urql.walk(urql.newTrustedClient(strict.url), { quality: { gte: 85 } }, 'QUALITY');
  assert.ok(posts.length > 200);
  const { error } = await urql.counts(urql.newClient(strict.url), ['TOOL'], { quality: { gte: 1 } });
  assert.ok(urql.codeOf(error), 'the text of an operation is refused');
});

test('no warning was given', () => assert.deepEqual(said, []));
