// A Host that somebody made up is in no other reader's page, and what must not be seen is on none.
import assert from 'node:assert/strict';
import { request } from 'node:http';
import { after, before, test } from 'node:test';
import { archive, draft } from './archive.mjs';
import { pages } from './pages.mjs';

let server, paths;
before(async () => {
  server = await archive();
  paths = [...(await pages(server)).map(({ path }) => path).filter((path) => path.startsWith('/')), '/sitemap.xml', '/feed.json', '/feed.atom', '/robots.txt', '/llms.txt'];
});
after(async () => { if (server) assert.equal(await server.stop(), 0, 'the server ends cleanly'); });

const ask = (path, host) => new Promise((resolve, reject) => {
  const { hostname, port } = new URL(server.url);
  request({ hostname, port, path, headers: { ...host ? { host } : {}, accept: 'text/html' } }, (answer) => {
    let body = '';
    answer.setEncoding('utf8').on('data', (chunk) => { body += chunk; }).on('end', () => resolve({ status: answer.statusCode, headers: answer.headers, body }));
  }).on('error', reject).end();
});

test('a made-up Host is in no page of another', async () => {
  for (const path of paths) {
    for (const host of ['evil.example', 'evil.example:8080', 'evil.example"><script>']) await ask(path, host);
    for (let times = 0; times < 2; times++) {
      const { body, headers } = await ask(path);
      assert.ok(!/evil\.example/.test(body + JSON.stringify(headers)), `${path} names a Host that somebody else made up`);
    }
    const { body } = await ask(path, 'evil.example"><script>');
    assert.ok(!body.includes('"><script>'), `${path} takes any Host for an address`);
  }
});

test('a draft is on no page', async () => {
  for (const path of [...paths, `/posts/${draft.slug}`, `/posts/${draft.slug}s`, `/tools/${draft.meta.tools[0]}`, `/?q=zyxwvut`, `/?tool=${draft.meta.tools[0]}`, '/tools?q=secret']) {
    const { body } = await ask(path);
    // What was asked for stands in the request that the page shows.
    const told = body.replace(/<(code|title)[^]*?<\/\1>/g, '').replaceAll(/(href|action|value|data-copy|src)="[^"]*"/g, '');
    for (const word of ['unseen', 'qqxjkvw', ...path.includes('secret') ? [] : [draft.slug]]) assert.ok(!told.includes(word), `${path} tells of a draft: ${word}`);
  }
  const { data: [first] } = await (await fetch(`${server.url}/v1/releases`)).json();
  assert.match((await ask('/')).body, new RegExp(`>${first.postCount.toLocaleString('en')} posts<`), 'no draft is counted');
});
