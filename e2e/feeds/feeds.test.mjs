// The sitemap, the feeds and the files for robots, by the rules of their formats and against what the API gives.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { publish, startServer } from '../server.mjs';
import { atom, guide, jsonFeed, robots, sitemap } from './rules.mjs';

const strange = [
  { slug: 'größe-&-<1>', title: 'Größe & <b>"x"</b> ]]> 🙂', publishedAt: '2027-03-04T05:06:07.25+05:30', meta: { summary: 'a & b </summary>', tools: ['git', 'a<b'], images: [{ url: 'https://images.example.org/a?b=1&c=2' }] } },
  { slug: 'undated', title: 'Undated', meta: { tools: ['git'] } },
  { slug: 'ninth', title: 'Ninth', publishedAt: '0000-01-01' },
  { slug: 'unreviewed', title: 'Nobody looked', publishedAt: '2028-01-01', meta: { tools: ['git'], flags: { needsHumanReview: true } } },
  { slug: 'unseen-draft', title: 'Not yet', publishedAt: '2028-01-02', meta: { tools: ['git'], revision: { status: 'draft' } } },
];

let server, posts;
const get = async (path, headers = {}) => {
  const answer = await fetch(path.startsWith('http') ? path : server.url + path, { headers });
  const body = await answer.text();
  assert.equal(answer.status, 200, `${path}: ${body.slice(0, 200)}`);
  return { body, headers: answer.headers };
};
before(async () => {
  server = await startServer();
  await publish(server, strange);
  const { body } = await get('/v1/posts.ndjson?needsHumanReview=false&fields=slug,title,updated,meta.summary,meta.tools');
  posts = body.trim().split('\n').map((line) => JSON.parse(line));
});
after(async () => { if (server) assert.equal(await server.stop(), 0, 'the server ends cleanly'); });

const page = ({ slug }) => new URL(`/posts/${encodeURIComponent(slug).replaceAll("'", '%27').replaceAll('%26', '&')}`, server.url).href;
const time = (date) => Date.parse(date.length === 10 ? `${date}T00:00:00Z` : date);
const newest = (all) => all.filter(({ updated }) => updated).sort((a, b) => time(b.updated) - time(a.updated) || Buffer.compare(Buffer.from(a.slug), Buffer.from(b.slug))).slice(0, 50);

test('the sitemap has each post that may be indexed, with its date', async () => {
  const { body, headers } = await get('/sitemap.xml');
  assert.match(headers.get('content-type'), /^application\/xml/);
  const dates = new Map(sitemap(body).map(({ loc, lastmod }) => [loc, lastmod]));
  for (const post of posts) {
    assert.ok(dates.has(page(post)), post.slug);
    assert.equal(dates.get(page(post)), post.updated?.startsWith('0000') ? undefined : post.updated, post.slug);
  }
  assert.equal(dates.size, posts.length);
});

for (const [at, of] of [['/', () => true], ['/tools/git/', ({ meta }) => meta.tools.includes('git')]]) {
  test(`the feeds at ${at} have the newest posts`, async () => {
    const want = newest(posts.filter(of));
    const entries = atom((await get(`${at}feed.atom`)).body, `${server.url}${at}feed.atom`);
    const items = jsonFeed((await get(`${at}feed.json`)).body, `${server.url}${at}feed.json`);
    assert.deepEqual(entries.map(({ id }) => id), want.map(page));
    assert.deepEqual(items.map(({ id }) => id), want.map(page));
    want.forEach((post, i) => {
      assert.equal(time(entries[i].updated), time(post.updated), post.slug);
      assert.equal(items[i].date_modified, entries[i].updated);
      assert.deepEqual([entries[i].title, items[i].title], [post.title, post.title]);
      assert.deepEqual(entries[i].tags, post.meta.tools);
    });
  });
}

test('robots may read pages and no combination of filters', async () => {
  const { allows, sitemaps } = robots((await get('/robots.txt')).body);
  assert.deepEqual(sitemaps, [`${server.url}/sitemap.xml`]);
  for (const path of ['/', '/posts/x', '/posts/x.md', '/posts/x?utm_source=y', '/tools', '/tools/git', '/entities/a', '/feed.json', '/sitemap.xml', '/sitemap-1.xml', '/llms.txt', '/releases', '/embed.js']) assert.ok(allows(path), path);
  for (const path of ['/?tool=git', '/?q=x&sort=title', '/tools?q=a', '/tools/git?page=2', '/posts/x?release=r1', '/posts/x?a=b&release=r1', '/v1/posts', '/graphql?query=x', '/ops', '/ops/rollback', '/compare/r1/r2']) assert.ok(!allows(path), path);
});

test('llms.txt names what is there', async () => {
  const links = guide((await get('/llms.txt')).body);
  for (const path of ['/sitemap.xml', '/feed.json', '/feed.atom', '/openapi.json']) assert.ok(links.includes(server.url + path), path);
  for (const link of links) await get(link);
});

test('none of them tells of what nobody reviewed or may see', async () => {
  for (const path of ['/sitemap.xml', '/feed.json', '/feed.atom', '/tools/git/feed.json', '/tools/git/feed.atom', '/llms.txt']) {
    const { body } = await get(path);
    for (const word of ['unreviewed', 'Nobody looked', 'unseen-draft', 'Not yet']) assert.ok(!body.includes(word), `${path}: ${word}`);
  }
});

test('a post is Markdown and JSON for who asks for it', async () => {
  const [post] = posts;
  const asked = await Promise.all([['text/markdown'], ['application/json'], ['text/html'], ['*/*']].map(([accept]) => get(new URL(page(post)).pathname, { accept })));
  assert.deepEqual(asked.map(({ headers }) => headers.get('content-type').split(';')[0]), ['text/markdown', 'application/json', 'text/html', 'text/html']);
  assert.equal(new Set(asked.slice(0, 3).map(({ headers }) => headers.get('etag'))).size, 3, 'a tag for each form');
  assert.ok(asked[0].body.startsWith(`# ${post.title}`));
  assert.equal((await get(`${new URL(page(post)).pathname}.md`)).body, asked[0].body);
});
