// Apollo Client: generated types, its cache over pages, unions and interfaces, persisted queries over GET, its errors.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { buildClientSchema, getNamedType, getNullableType, isCompositeType, isListType, isObjectType } from 'graphql';
import { generated } from '../codegen/generate.mjs';
import { listen } from '../console.mjs';
import { examples } from '../examples.mjs';
import { made, publish, startServer } from '../server.mjs';
import { load, run, typecheck } from '../typescript.mjs';

let server, apollo, client;
const asked = [];
const said = listen();

before(async () => {
  server = await startServer();
  await generated(server.url);
  await typecheck('apollo');
  apollo = await load('apollo/client.ts', { whole: true });
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

test('keeps what a list knows when a post is read, and asks nothing again', async () => {
  const variables = { filter: { quality: { gte: 97 } }, by: 'TITLE' };
  const list = client.watchQuery({ query: apollo.Posts, variables });
  const shown = [];
  const watching = list.subscribe(({ data, dataState }) => { if (dataState === 'complete') shown.push(data.posts.edges.length); });
  const { data } = await list.refetch();
  const lists = () => asked.filter(({ url }) => url.includes('operationName=ApolloPosts')).length;
  const before = lists();
  await apollo.readPost(client, data.posts.edges[0].node.slug); // selects other fields of meta
  await apollo.readScores(client, 'git');
  await apollo.readMeans(client, 'git'); // and others of the scores
  await new Promise((resolve) => setTimeout(resolve, 50)); // what was lost would be asked for by now
  assert.equal(lists(), before);
  const from = { fetchPolicy: 'cache-only' };
  assert.equal((await client.query({ query: apollo.Posts, variables, ...from })).data.posts.edges.length, data.posts.edges.length);
  assert.ok((await client.query({ query: apollo.Scores, variables: { slug: 'git' }, ...from })).data.tool.scores.quality.p50 > 0);
  assert.deepEqual([...new Set(shown)], [data.posts.edges.length]);
  watching.unsubscribe();
});

test('joins the pages of the first example of docs/graphql.md, and has all of each', async () => {
  const { data } = await client.query({ query: apollo.Posts, variables: { filter: { quality: { gte: 97 } }, by: 'TITLE' } });
  const [{ node }] = data.posts.edges;
  const all = examples(node.slug);
  assert.ok(all.length > 6);
  for (const { document: query, variables } of all) await client.query({ query, variables });
  for (const { document: query, variables } of all) assert.ok(client.readQuery({ query, variables }), query.loc.source.body);

  const [{ document: query }] = all;
  const list = client.watchQuery({ query });
  const { data: first } = await list.refetch();
  await list.fetchMore({ variables: { after: first.posts.pageInfo.endCursor } });
  const { posts } = client.readQuery({ query });
  assert.equal(posts.edges.length, 40);
  assert.deepEqual(posts.edges.slice(0, 20), first.posts.edges);
});

test('has a policy for each part without an id, and for each list', () => {
  const schema = buildClientSchema(JSON.parse(readFileSync(join(made, 'gql', 'schema.json'))));
  const policy = ({ name }) => apollo.typePolicies[name];
  const known = (type) => type.name === 'Node' || (isObjectType(type) && type.getInterfaces().some(({ name }) => name === 'Node')); // again, by its id
  const missing = [];
  for (const type of Object.values(schema.getTypeMap()).filter((each) => isObjectType(each) && policy(each))) {
    for (const field of Object.values(type.getFields()).filter(({ name }) => !policy(type).fields?.[name])) {
      const of = getNamedType(field.type);
      const list = isListType(getNullableType(field.type));
      if (isCompositeType(of) && (list ? known(type) || type.name === 'Query' : !known(of) && !policy(of)?.merge)) missing.push(`${type.name}.${field.name}`);
    }
  }
  assert.deepEqual(missing, []);
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
  await run('generate-persisted-query-manifest', ['--config', 'apollo/persisted-query-manifest.config.ts']);
  const manifest = join(made, 'persisted-query-manifest.json');
  const strict = await startServer('--trusted-documents', manifest, '--trusted-only');
  t.after(async () => assert.equal(await strict.stop(), 0));
  const before = asked.length;
  const trusted = apollo.newTrustedClient(strict.url, async () => JSON.parse(readFileSync(manifest)), { fetch: watched });
  const posts = await apollo.walk(trusted, { quality: { gte: 85 } }, 'TITLE');
  assert.equal(posts.edges.length, posts.totalCount);
  assert.ok(asked.slice(before).every(({ method, headers }) => method === 'GET' && headers.get('etag')));
  assert.equal(await apollo.codeOf(apollo.readPost(trusted, posts.edges[0].node.slug)), undefined);
  const other = apollo.newClient(strict.url);
  assert.ok((await apollo.codeOf(apollo.readPost(other, 'any'))).code, 'the text of an operation is refused');
});

test('a page is told when another release is served, and asks again', async () => {
  const told = [];
  const reader = apollo.newClient(server.url, { onRelease: (name) => { told.push(name); reader.refetchQueries({ include: 'active' }); } });
  const variables = { filter: { difficulty: { eq: 'beginner' } }, by: 'TITLE' };
  const titles = [];
  const watching = reader.watchQuery({ query: apollo.Posts, variables }).subscribe(({ data, dataState }) => { if (dataState === 'complete') titles.push(data.posts.edges[0].node.title); });
  const { data } = await reader.query({ query: apollo.Posts, variables });
  const post = (await (await fetch(`${server.url}/v1/posts/${data.posts.edges[0].node.slug}`)).json()).data;
  delete post.updated;
  await publish(server, [{ ...post, title: 'AAA first, revised' }]);
  await apollo.counts(reader, 'TOPIC'); // an answer of the new release
  for (const until = Date.now() + 5000; Date.now() < until && titles.at(-1) !== 'AAA first, revised';) await new Promise((resolve) => setTimeout(resolve, 20));
  assert.deepEqual(told, ['r2']);
  assert.equal(titles.at(-1), 'AAA first, revised');
  watching.unsubscribe();
});

test('no warning was given', () => assert.deepEqual(said, []));
