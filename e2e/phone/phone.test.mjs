// A phone's copy in SQLite through publishes, one of them in the middle of a walk, a rollback, a takedown and a prune: it
// equals a full read after each.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { promisify } from 'node:util';
import { publish, served, startServer } from '../server.mjs';
import { program } from '../tools.mjs';

const folder = mkdtempSync(join(tmpdir(), 'alphanode-phone-'));
const file = join(folder, 'copy.db');
const query = 'tool=git&quality.gte=60';
const python = async (...args) => (await promisify(execFile)(program(['python3']), args, { maxBuffer: 1 << 28 })).stdout;

let server, way, posts;
const asked = [];
let meanwhile; // what happens behind the next page of changes

before(async () => {
  server = await startServer();
  way = createServer((incoming, outgoing) => {
    asked.push(incoming.url);
    request(server.url + incoming.url, { headers: incoming.headers }, (answer) => {
      outgoing.writeHead(answer.statusCode, answer.headers);
      answer.pipe(outgoing);
      answer.on('end', () => {
        if (!incoming.url.startsWith('/v1/changes')) return;
        meanwhile?.();
        meanwhile = undefined;
      });
    }).end();
  });
  await new Promise((resolve) => way.listen(0, '127.0.0.1', resolve));
  posts = (await (await fetch(`${server.url}/v1/posts.ndjson?${query}`)).text()).trimEnd().split('\n').map((line) => JSON.parse(line));
});
after(async () => {
  way?.close();
  if (server) assert.equal(await server.stop(), 0);
  rmSync(folder, { recursive: true });
});

/** Syncs, holds the copy against a full read, and gives the addresses that were asked for. */
async function sync() {
  asked.length = 0;
  await python(join(import.meta.dirname, 'sync.py'), file, `http://127.0.0.1:${way.address().port}`, query);
  const addresses = asked.slice();
  const [copy, stands] = JSON.parse(await python('-c', `
import json, sqlite3
copy = sqlite3.connect(${JSON.stringify(file)})
print(json.dumps([[json.loads(card) for card, in copy.execute("SELECT card FROM posts ORDER BY slug")], [name for name, in copy.execute("SELECT release FROM stands")]]))`));
  const whole = await fetch(`${server.url}/v1/posts.ndjson?${query}&as=summary`);
  assert.deepEqual(copy, (await whole.text()).trimEnd().split('\n').map((line) => JSON.parse(line)));
  assert.deepEqual(stands, [whole.headers.get('release')]);
  return addresses;
}

/** Some of the posts as they are imported, changed. */
const edited = (from, to, change) => posts.slice(from, to).map(({ updated, ...post }) => ({ ...post, ...change(post) }));
const retitled = (words) => (post) => ({ title: `${post.title}, ${words}` });

test('begins with the stream', async () => { assert.deepEqual((await sync()).map((address) => address.split('?')[0]), ['/v1/posts.ndjson']); });

test('nothing has changed: one small answer', async () => { assert.equal((await sync()).length, 1); });

test('a publish: posts that come, change, go, and no longer match', async () => {
  await publish(server, [
    ...edited(0, 150, retitled('revised')),
    ...edited(150, 152, ({ meta }) => ({ meta: { ...meta, score: { ...meta.score, quality: 10 } } })),
    ...edited(152, 154, ({ meta }) => ({ meta: { ...meta, revision: { status: 'draft' } } })),
    ...edited(154, 156, ({ slug }) => ({ slug: `${slug}-again`, meta: { tools: ['git'], score: { quality: 90 } } })),
    { slug: posts[156].slug, deleted: true },
  ]);
  assert.equal((await sync()).length, 2, 'two pages');
});

test('a publish in the middle of a walk', async () => {
  await publish(server, edited(0, 250, retitled('revised again')));
  meanwhile = () => publish(server, edited(0, 250, retitled('and once more')));
  const addresses = await sync();
  assert.ok(new Set(addresses.map((address) => address.match(/since=(\w+)/)[1])).size > 1, 'asks since each release that it may stand at');
});

test('a rollback', async () => {
  server.command(['rollback']);
  await served(server);
  await sync();
});

test('a takedown', async () => {
  const { slug } = posts[20];
  server.command(['takedown', slug]);
  while ((await fetch(`${server.url}/v1/posts/${slug}`)).status !== 404);
  await sync();
});

test('the release that it stands at is pruned', async () => {
  for (const words of ['one', 'two', 'three']) {
    server.command(['import', '-', '--publish'], edited(0, 10, retitled(words)).map((post) => JSON.stringify(post)).join('\n'));
  }
  server.command(['prune', '--keep', '1']);
  await served(server);
  assert.deepEqual((await sync()).map((address) => address.split('?')[0]), ['/v1/changes', '/v1/posts.ndjson']);
});
