// Relay: its compiler reads the schema, and React components read lists to their end, with the texts of operations and
// with their ids alone.
import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { transformSync } from '@babel/core';
import { create } from 'react-test-renderer';
import { listen } from '../console.mjs';
import { saveSchema, startServer } from '../server.mjs';
import { load, run, typecheck } from '../typescript.mjs';

const folder = import.meta.dirname;
const said = listen();

before(async () => {
  rmSync(join(folder, 'made'), { recursive: true, force: true });
  mkdirSync(join(folder, 'made', 'artifacts'), { recursive: true });
  writeFileSync(join(folder, 'made', 'persisted.json'), '{}'); // which the compiler adds to
  const server = await startServer();
  await saveSchema(server.url, join(folder, 'made', 'schema.graphql')); // it knows no other ending
  await server.stop();
});

/** Puts the artifacts of the compiler in the place of the documents, as its Babel plugin does. */
const documents = {
  name: 'relay',
  setup(build) {
    build.onLoad({ filter: /relay\/archive\.ts$/ }, ({ path }) => ({
      loader: 'ts',
      contents: transformSync(readFileSync(path, 'utf8'), {
        filename: path, configFile: false, parserOpts: { plugins: ['typescript'] },
        plugins: [['relay', { artifactDirectory: join(folder, 'made', 'artifacts'), eagerEsModules: true }]],
      }).code,
    }));
  },
};

/** Renders until the component shows its whole list. */
const shown = (render) => new Promise((resolve) => { create(render((slugs, total) => resolve({ slugs, total }))); });

for (const { config, flags } of [
  { config: 'relay.config.json', flags: [] },
  { config: 'persisted.config.json', flags: ['--trusted-documents', join(folder, 'made', 'persisted.json'), '--trusted-only'] },
]) {
  test(config, async (t) => {
    await run('relay-compiler', [config], { folder: 'relay' });
    await typecheck('relay');
    const archive = await load('relay/archive.ts', { plugins: [documents], name: config });
    const { newEnvironment } = await load('relay/environment.ts');
    const server = await startServer(...flags);
    t.after(async () => assert.equal(await server.stop(), 0));
    const environment = newEnvironment(server.url);

    await t.test('usePaginationFragment reads a list to its end', async () => {
      const { slugs, total } = await shown((show) => archive.list(environment, { tool: { in: ['git', 'docker'] }, quality: { gte: 85 } }, show));
      assert.ok(total > 200);
      assert.equal(new Set(slugs).size, total);
    });

    await t.test('a fragment on a node is refetched by node(id)', async () => {
      const { slugs, total } = await shown((show) => archive.tool(environment, 'psql', show));
      assert.ok(total > 20);
      assert.equal(new Set(slugs).size, total);
    });

    await t.test('unions, interfaces, lists of enums, and one alone', async () => {
      const { slugs: [slug] } = await shown((show) => archive.tool(environment, 'psql', show));
      const answer = await archive.readPost(environment, { slug, fields: ['TOOL', 'DIFFICULTY'], to: { post: slug } });
      assert.ok(answer.post.body.some(({ __typename }) => __typename === 'ParagraphBlock'));
      assert.ok(answer.post.meta.tools[0].related.some(({ node }) => node.__typename === 'Entity' && node.type));
      assert.equal(answer.facets.length, 2);
      assert.equal(answer.similarPosts.nodes.length, 2);
      const one = await archive.readPost(environment, { slug, fields: 'TOOL', to: { terms: { tools: ['git'] } } });
      assert.equal(one.facets.length, 1);
    });

    await t.test('errors are errors', async () => {
      await assert.rejects(archive.readPost(environment, { slug: 'a', fields: [], to: { post: 'no-such-post' } }), /no-such-post/);
    });
  });
}

test('no warning was given', () => assert.deepEqual(said.filter((words) => !words.startsWith('react-test-renderer is deprecated')), []));
