// graphql-codegen: what it makes of what a server tells of its schema is what it makes of schema.graphqls, and a client
// without a library asks by the ids of its documents.
import assert from 'node:assert/strict';
import { cpSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { made, saveSchema, startServer } from '../server.mjs';
import { load, typecheck } from '../typescript.mjs';
import { generate } from './generate.mjs';

let server, client;
before(async () => {
  server = await startServer();
  await generate(`${server.url}/graphql`);
  await saveSchema(server.url, join(made, 'schema.graphqls'));
  await server.stop();
  await typecheck('codegen');
  client = await load('codegen/client.ts');
  server = await startServer('--trusted-documents', join(made, 'gql', 'persisted-documents.json'), '--trusted-only');
});
after(async () => { if (server) assert.equal(await server.stop(), 0); });

/** Reads a file without the input of which one field is given: the question that tools ask by introspection leaves @oneOf out. */
const withoutOneOf = (path) => readFileSync(path, 'utf8').replace(/export type SimilarTo =[^;]*;[^]*?\n\n/, '');

test('introspection and schema.graphqls make the same code', async () => {
  const before = join(made, 'gql-by-introspection');
  rmSync(before, { recursive: true, force: true });
  cpSync(join(made, 'gql'), before, { recursive: true });
  await generate(join(made, 'schema.graphqls'));
  for (const file of ['graphql.ts', 'gql.ts', 'possible-types.ts', 'persisted-documents.json']) {
    assert.ok(withoutOneOf(join(made, 'gql', file)) === withoutOneOf(join(before, file)), `${file} differs: see ${before}`);
  }
  assert.match(readFileSync(join(made, 'gql', 'graphql.ts'), 'utf8'), /post: string; terms\?: never;/, 'exactly one of the fields');
});

test('walks a list by the id of its document', async () => {
  const titles = [];
  let after;
  do {
    const { posts } = await client.askById(server.url, client.Page, { filter: { quality: { gte: 85 } }, by: 'TITLE', first: 100, after });
    titles.push(...posts.edges.map(({ node }) => client.cardTitle(node)));
    after = posts.pageInfo.hasNextPage ? posts.pageInfo.endCursor : null;
    if (!after) assert.equal(titles.length, posts.totalCount);
  } while (after);
  assert.ok(titles.length > 200);
});

// That client.ts compiles says that scalars have the types that it uses.
test('scalars have types, and nothing is any', async () => {
  const folder = join(import.meta.dirname, '..');
  const clients = ['apollo', 'browser', 'codegen', 'openapi', 'relay', 'site', 'urql'];
  const sources = clients.flatMap((client) => readdirSync(join(folder, client)).filter((file) => file.endsWith('.ts')).map((file) => join(client, file)));
  for (const source of ['made/gql/graphql.ts', ...sources]) {
    const found = readFileSync(join(folder, source), 'utf8').match(/[<:,(|] ?any\b.{0,20}/);
    assert.equal(found?.[0], undefined, source);
  }
  const { posts } = await client.askById(server.url, client.Page, { by: 'TITLE', first: 1 });
  const { views, bounds, published } = await client.facts(server.url, posts.edges[0].node.slug);
  assert.ok(views > 0 && published > 2000);
  assert.deepEqual(bounds, ['60', '80', undefined, '2024', undefined]);
});

test('errors are errors', async () => {
  await assert.rejects(client.askById(server.url, client.Page, { by: 'NOTHING', first: 1 }), /400 .*NOTHING/);
});
