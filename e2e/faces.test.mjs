// Both faces as clients written by others see them: the reference
// implementation of GraphQL, its audit of GraphQL over HTTP, and a validator of
// OpenAPI documents.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { Validator } from '@seriousme/openapi-schema-validator';
import { buildClientSchema, buildSchema, findBreakingChanges, getIntrospectionQuery, parse, validate } from 'graphql';
import { serverAudits } from 'graphql-http';
import { startServer } from './server.mjs';

let server;
before(async () => { server = await startServer(); });
after(async () => { if (server) assert.equal(await server.stop(), 0, 'the server ends cleanly'); });

async function graphql(query, variables) {
  const response = await fetch(`${server.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'application/graphql-response+json' },
    body: JSON.stringify({ query, variables }),
  });
  const answer = await response.json();
  assert.equal(answer.errors, undefined, JSON.stringify(answer.errors));
  return answer.data;
}

test('the audit of GraphQL over HTTP', async (t) => {
  for (const audit of serverAudits({ url: () => `${server.url}/graphql`, fetchFn: fetch })) {
    await t.test(`${audit.id} ${audit.name}`, async () => {
      const result = await audit.fn();
      assert.equal(result.status, 'ok', result.reason);
    });
  }
});

test('introspection gives the schema of schema.graphqls', async () => {
  const served = buildClientSchema(await graphql(getIntrospectionQuery()));
  const written = buildSchema(readFileSync(join(import.meta.dirname, '..', 'schema.graphqls'), 'utf8'));
  assert.deepEqual(findBreakingChanges(written, served), []);
  assert.deepEqual(findBreakingChanges(served, written), []);
});

test('a client walks all posts and finds each over REST', async () => {
  const query = `query($after: String) {
    posts(first: 100, after: $after, orderBy: {field: SLUG}) { totalCount nodes { slug title } pageInfo { hasNextPage endCursor } }
  }`;
  const posts = new Map();
  let after = null;
  let total;
  do {
    const { posts: page } = await graphql(query, { after });
    total = page.totalCount;
    page.nodes.forEach((post) => posts.set(post.slug, post.title));
    after = page.pageInfo.hasNextPage ? page.pageInfo.endCursor : null;
  } while (after);
  assert.equal(posts.size, total);
  let next = '/v1/summaries?limit=100&sort=slug';
  const seen = new Set();
  while (next) {
    const response = await fetch(server.url + next);
    assert.equal(response.status, 200);
    const { data } = await response.json();
    for (const card of data) {
      assert.equal(card.title, posts.get(card.slug));
      seen.add(card.slug);
    }
    next = (response.headers.get('link') ?? '').match(/<([^>]+)>; rel="next"/)?.[1];
  }
  assert.equal(seen.size, total);
});

test('a persisted query is found by its hash after it was sent once', async () => {
  const query = '{ release { name } }';
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(query));
  const sha256Hash = Buffer.from(digest).toString('hex');
  const ask = async (body) => (await fetch(`${server.url}/graphql`, {
    method: 'POST', headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ ...body, extensions: { persistedQuery: { version: 1, sha256Hash } } }),
  })).json();
  assert.equal((await ask({})).errors[0].extensions.code, 'PERSISTED_QUERY_NOT_FOUND');
  assert.deepEqual((await ask({ query })).data, { release: { name: 'r1' } });
  assert.deepEqual((await ask({})).data, { release: { name: 'r1' } });
});

test('openapi.json is a valid document of OpenAPI 3.1, and its examples are answered', async () => {
  const document = await (await fetch(`${server.url}/openapi.json`)).json();
  const validator = new Validator();
  const result = await validator.validate(structuredClone(document));
  assert.ok(result.valid, JSON.stringify(result.errors));
  assert.equal(validator.version, '3.1');
  for (const [path, { get }] of Object.entries(document.paths)) {
    if (!get || path.includes('{') || path === '/graphql') continue;
    const query = new URLSearchParams((get.parameters ?? []).filter((p) => p.required).map((p) => [p.name, p.schema.examples[0]]));
    if (path === '/v1/similar') query.set('tool', 'git'); // one of three is needed
    const answer = await fetch(`${server.url}${path}?${query}`);
    // No post of this archive stood where the example says.
    assert.equal(answer.status, path === '/v1/resolve' ? 404 : 200, path);
    await answer.arrayBuffer(); // a server that ends waits for who has not read to the end
  }
});

test('a page of another origin may ask', async () => {
  const preflight = await fetch(`${server.url}/graphql`, {
    method: 'OPTIONS',
    headers: {
      origin: 'https://front.example', 'access-control-request-method': 'POST',
      'access-control-request-headers': 'content-type',
    },
  });
  assert.ok(preflight.ok);
  assert.equal(preflight.headers.get('access-control-allow-origin'), '*');
  const answer = await fetch(`${server.url}/v1/posts?limit=1`, { headers: { origin: 'https://front.example' } });
  assert.equal(answer.headers.get('access-control-allow-origin'), '*');
  assert.equal(answer.headers.get('access-control-expose-headers'), '*');
});

test('the documents of the tour are valid', () => {
  const schema = buildSchema(readFileSync(join(import.meta.dirname, '..', 'schema.graphqls'), 'utf8'));
  const docs = ['graphql.md', 'search.md'].map((page) => readFileSync(join(import.meta.dirname, '..', 'docs', page), 'utf8')).join('\n');
  const documents = [...docs.matchAll(/```graphql\n([\s\S]*?)```/g)].map(([, text]) => text);
  assert.ok(documents.length > 3);
  for (const text of documents) assert.deepEqual(validate(schema, parse(text)), [], text);
});
