// Sites of the archive: one that renders each page when it is asked and knows by tags what is true still, and a static one
// that is built from the stream.
import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { generate } from '../openapi/generate.mjs';
import { publish, startServer } from '../server.mjs';
import { load, typecheck } from '../typescript.mjs';

let archive, render, build, posts;
const folder = mkdtempSync(join(tmpdir(), 'alphanode-site-'));

before(async () => {
  archive = await startServer();
  await generate(archive.url);
  await typecheck('site');
  render = await load('site/render.ts');
  ({ build } = await load('site/build.ts'));
  const rows = (await (await fetch(`${archive.url}/v1/posts.ndjson?quality.gte=95`)).text()).trimEnd().split('\n');
  posts = rows.map((row) => JSON.parse(row));
});
after(async () => {
  if (archive) await archive.stop();
  rmSync(folder, { recursive: true });
});

/** A post as it is imported, with another title. */
const revised = ({ updated, ...post }, title) => ({ ...post, title });

test('a static build writes a page for each post, and nothing where nothing has changed', async () => {
  const { page } = await (await fetch(`${archive.url}/v1/posts?limit=1`)).json();
  assert.equal(await build(archive.url, folder), page.total);
  assert.equal(readdirSync(folder).length, page.total + 1); // and the tag
  assert.equal(await build(archive.url, folder), 0);
});

test('a build that is broken off by the net goes on in the same release, whatever is published meanwhile', async () => {
  const [first] = posts;
  const changed = await publish(archive, [revised(first, 'Revised once')]);
  const asked = [];
  const broken = async (url, init) => {
    asked.push(init.headers);
    const response = await fetch(url, init);
    if (asked.length > 2) return response;
    if (asked.length === 2) await publish(archive, [revised(first, 'Revised twice')]);
    let sent = 0;
    const body = response.body.pipeThrough(new TransformStream({
      transform(chunk, out) {
        out.enqueue(chunk);
        sent += chunk.length;
        if (sent > 1e6) out.error(new Error('the net is gone'));
      },
    }));
    return new Response(body, { status: response.status, headers: response.headers });
  };
  const total = Number((await fetch(`${archive.url}/v1/posts.ndjson`, { method: 'HEAD' })).headers.get('post-count'));
  assert.equal(await build(archive.url, folder, broken), total);
  assert.equal(asked.length, 3);
  assert.ok(asked.slice(1).every(({ range, release }) => /^lines=\d+-$/.test(range) && release === changed));
  const html = () => readFileSync(join(folder, `${encodeURIComponent(first.slug)}.html`), 'utf8');
  assert.match(html(), /<h1>Revised once<\/h1>/);
  assert.equal(await build(archive.url, folder), total);
  assert.match(html(), /<h1>Revised twice<\/h1>/);
});

test('the page of a post that is gone goes from a static site', async () => {
  await publish(archive, [{ slug: posts[1].slug, deleted: true }]);
  assert.ok(await build(archive.url, folder) > 0);
  assert.ok(!existsSync(join(folder, `${encodeURIComponent(posts[1].slug)}.html`)));
});

test('a page that is rendered anew costs a 304, until what it shows has changed', async () => {
  const statuses = [];
  let down = false;
  const site = render.newSite(archive.url, render.remembering(100, async (request) => {
    if (down) throw new TypeError('fetch failed');
    const response = await fetch(request);
    statuses.push(response.status);
    return response;
  }));
  await new Promise((resolve) => site.listen(0, '127.0.0.1', resolve));
  const read = async ({ slug }, headers = {}) => fetch(`http://127.0.0.1:${site.address().port}/${encodeURIComponent(slug)}`, { headers });
  const [, , one, other] = posts;
  try {
    const first = await read(one);
    assert.equal(first.status, 200);
    assert.match(await first.text(), new RegExp(`<h1>${one.title}</h1>`, 'i'));
    await (await read(other)).text();
    assert.equal((await read(one, { 'if-none-match': first.headers.get('etag') })).status, 304);
    assert.deepEqual(statuses, [200, 200, 304]);

    await publish(archive, [revised(one, 'Revised <for> all')]);
    assert.match(await (await read(one)).text(), /<h1>Revised &lt;for&gt; all<\/h1>/);
    await (await read(other)).text();
    assert.equal(statuses[3], 200);

    assert.equal((await read({ slug: 'no-such-post' })).status, 404);
    await publish(archive, [{ slug: other.slug, deleted: true }]);
    assert.equal((await read(other)).status, 404);
    down = true;
    assert.match(await (await read(one)).text(), /Revised/);
    assert.equal((await read(other)).status, 502, 'what is gone is not kept');
    assert.equal((await fetch(`http://127.0.0.1:${site.address().port}/%zz`)).status, 400);
  } finally {
    site.close();
    site.closeAllConnections();
  }
});
