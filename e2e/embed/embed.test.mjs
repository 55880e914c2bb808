// The boxes of /embed.js on pages of another origin.
import assert from 'node:assert/strict';
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { access } from '../explorer/access.mjs';
import { made, publish, startServer } from '../server.mjs';
import { relay, site } from './host.mjs';

const evil = '</script><script>window.hit = 1</script><img src=x onerror="window.hit = 1">{{.}}<!--';
const odd = [
  { slug: 'odd', title: `odd ${evil}`, intro: 'x', body: [],
    meta: { topic: `topic ${evil}`, summary: 'ملخص قصير\nof two lines', outline: [{ label: '', text: ' ' }, { label: evil, text: evil }], stack: ['go'], checklist: ['', evil], notes: Array.from({ length: 90 }, (_, i) => `note ${i}`),
      tools: ['C++', 'git'], entities: [{ name: 'العربية', type: 'language' }], viewCount: 1234567, readingTime: 0, score: { quality: 0, clarity: 100 }, revision: { version: '1.10', lastReviewed: '2026-11-28T23:30:00-05:00' },
      images: [{ url: '/local.png', caption: 'local' }, { url: 'https://u:p@images.example:8443/a?b=1', source: 'own', caption: evil, alt: 'a shore', width: 1200 }], payload: { seed: 12 } } },
  { slug: 'a-draft', title: 'zyxwvut unseen', body: [], meta: { revision: { status: 'draft' } } },
];
const exact = '{"slug":"exact","title":"exact","body":[],"meta":{"extra":{"n":[9007199254740993,1.50,1e400,-0,[[["deep",[[[{"a":[1.0]}]]]]]]],"o":{"b":true,"a":null,"10":"","9":{}},"t":"a\\nb","unparsed":["glued value\\n- one"]},"viewCount":9223372036854775807}}';

let server, edge, pages, posts;
before(async () => {
  server = await startServer('--loopback-budget', '60000000');
  await publish(server, [...odd, { slug: 'plain', title: 'Plain', body: [], meta: {} }]);
  server.command(['import', '-', '--publish'], exact);
  for (;;) if ((await fetch(`${server.url}/v1/posts/exact`)).ok) break;
  edge = await relay(server.url);
  pages = await site();
  posts = (await (await fetch(`${server.url}/v1/posts?hasImages=true&limit=5&fields=slug`)).json()).data.map(({ slug }) => slug);
  mkdirSync(join(made, 'embed'), { recursive: true });
});
after(async () => {
  await pages?.close();
  edge?.close();
  if (server) assert.equal(await server.stop(), 0, 'the server ends cleanly');
});

const strict = () => {
  const { origin } = new URL(edge.url);
  return `default-src 'none'; script-src ${origin}; connect-src ${origin}; require-trusted-types-for 'script'; trusted-types 'none'`;
};
const script = (how = '', query = '') => `<script ${how} src="${edge.url}/embed.js${query}"></script>`;
const meta = (slug, more = '') => `<alphanode-post-meta slug="${slug}" ${more}></alphanode-post-meta>`;
const similar = (slug, more = '') => `<alphanode-similar-posts slug="${slug}" ${more}></alphanode-similar-posts>`;
const states = (tab) => tab.evaluate(() => [...document.querySelectorAll('alphanode-post-meta, alphanode-similar-posts')].map(({ state }) => state));
const text = (tab, selector) => tab.evaluate((selector) => document.querySelector(selector).shadowRoot.textContent, selector);
const nothing = (tab) => assert.deepEqual(tab.said, []);

for (const [how, head] of [['a script', () => script()], ['a script that waits', () => script('defer')], ['a module', () => script('type="module"')]]) {
  test(`five posts, both boxes twice, under a strict policy, by ${how}: one request for each post`, async () => {
    edge.taken();
    const tab = await pages.show(posts.map((slug) => (meta(slug) + similar(slug)).repeat(2)).join(''), { head: head(), policy: strict() });
    assert.deepEqual(await states(tab), Array(20).fill('ready'));
    const asked = edge.taken();
    assert.equal(asked.length, 5, asked.join('\n'));
    const links = await tab.evaluate(() => [...document.querySelectorAll('alphanode-similar-posts')].flatMap(({ shadowRoot }) => [...shadowRoot.querySelectorAll('h3 a')].map(({ href }) => href)));
    assert.equal(links.length, 60);
    assert.ok(links.every((link) => link.startsWith(`${edge.url}/posts/`)), links[0]);
    assert.equal(await tab.evaluate(() => [...document.querySelectorAll('*')].flatMap(({ shadowRoot }) => [...shadowRoot?.querySelectorAll('img, style, script, [style]') ?? []]).length), 0);
    nothing(tab);
    await tab.close();
  });
}

// What can be read in a meta box and in similar posts, whoever made the nodes.
const reads = `(meta, similar) => {
  const words = (root, which) => [...root.querySelectorAll(which)].map((node) => node.textContent.replace(/\\s+/g, ' ').trim());
  return {
    ...Object.fromEntries(['dt', 'dd', 'dd li', 'th', 'td', 'b', 'code'].map((which) => [which, words(meta, which)])),
    links: [...meta.querySelectorAll('a')].map((a) => [a.textContent, a.rel, a.href]), times: [...meta.querySelectorAll('time')].map((t) => t.dateTime),
    similar: words(similar, 'h2, h3, p'), titles: [...similar.querySelectorAll('h3 a')].map((a) => a.href),
    bars: [...similar.querySelectorAll('svg')].map((svg) => [svg.getAttribute('aria-label'), [...svg.querySelectorAll('rect')].map((rect) => ['x', 'y', 'width', 'height'].map((name) => rect.getAttribute(name)))]),
  };
}`;

test('a box shows what meta.html shows, field by field', async () => {
  const slugs = ['odd', 'exact', 'plain', ...posts];
  const built = await pages.show(slugs.map((slug, i) => meta(slug, `id="m${i}"`) + similar(slug, `id="s${i}" limit="4"`)).join(''), { head: script(), policy: strict() });
  for (const [i, slug] of slugs.entries()) {
    const html = await (await fetch(`${server.url}/v1/posts/${slug}/meta.html?include=similar&similar.limit=4`)).text();
    const [one, two] = html.split(/(?=<section class="alphanode-box" data-alphanode="similar")/);
    const written = await pages.show(`<div id="m">${one}</div><div id="s">${two}</div>`);
    const found = await built.evaluate(`(${reads})(document.querySelector('#m${i}').shadowRoot, document.querySelector('#s${i}').shadowRoot)`);
    const expected = await written.evaluate(`(${reads})(document.querySelector('#m'), document.querySelector('#s'))`);
    const ours = (link) => link.replace(edge.url, server.url);
    found.links.forEach((link) => { link[2] = ours(link[2]); });
    found.titles = found.titles.map(ours);
    assert.deepEqual(found, expected, slug);
    assert.equal(await written.evaluate(() => window.hit), undefined);
    nothing(written);
    await written.close();
  }
  const shown = await text(built, '#m1');
  for (const number of ['9007199254740993', '1.50', '1e400', '-0', '9,223,372,036,854,775,807', '[{"a":[1.0]}]']) assert.ok(shown.includes(number), number);
  assert.equal(await built.evaluate(() => window.hit), undefined);
  nothing(built);
  await built.close();
});

test('the example of the documentation, under its policy and with its looks', async () => {
  const page = readFileSync(join(import.meta.dirname, '../../docs/embedding.md'), 'utf8');
  const block = (language) => page.match(new RegExp(`\`\`\`${language}\n([^]*?)\`\`\``))[1];
  const html = block('html').replaceAll('https://archive.example.org', edge.url).replaceAll('measuring-a-cache', posts[0]).replace('database:PostgreSQL', 'python services');
  const policy = block('text').replace('Content-Security-Policy: ', '').replaceAll('https://archive.example.org', new URL(edge.url).origin).trim();
  const tab = await pages.show(html, { policy });
  assert.deepEqual(await states(tab), ['ready', 'ready', 'ready']);
  nothing(tab);
  await tab.close();
  const themed = await pages.show(html, { head: `<style>${block('css')}</style>` });
  assert.deepEqual(await themed.evaluate(() => [getComputedStyle(document.querySelector('alphanode-post-meta')).color, getComputedStyle(document.querySelector('alphanode-similar-posts').shadowRoot.querySelector('h2')).fontSize]), ['rgb(29, 28, 26)', '24px']);
  await themed.close();
});

test('what has an address that is none of http is no link', async () => {
  const tab = await pages.show(similar(posts[0], 'link="javascript:alert(1)//{slug}"') + meta('odd', 'term-link="data:text/html,{slug}" images'), { head: script(), policy: strict().replace('require', 'img-src *; require') });
  assert.deepEqual(await tab.evaluate(() => [...document.querySelectorAll('*')].flatMap(({ shadowRoot }) => [...shadowRoot?.querySelectorAll('a') ?? []].map(({ textContent, protocol }) => `${textContent} ${protocol}`))), ['images.example:8443 https:']);
  await tab.close();
});

test('links lead where the page says', async () => {
  const tab = await pages.show(similar(posts[0], 'link="/articles/{slug}"') + meta(posts[0], 'term-link="https://topics.example/{kind}/{slug}" heading="3"'), { head: script() });
  const links = await tab.evaluate(() => [...document.querySelectorAll('*')].flatMap(({ shadowRoot }) => [...shadowRoot?.querySelectorAll('a') ?? []].map(({ href }) => href)));
  assert.ok(links.some((link) => link.startsWith(`${pages.url}/articles/`)) && links.some((link) => link.startsWith('https://topics.example/tools/')) && links.some((link) => link.startsWith('https://topics.example/entities/')), links.join('\n'));
  assert.ok(!links.some((link) => link.startsWith(`${edge.url}/posts/`) || link.startsWith(`${edge.url}/tools/`)));
  assert.equal(await tab.evaluate(() => document.querySelector('alphanode-post-meta').shadowRoot.querySelector('h3').textContent), 'post meta');
  await tab.close();
});

test('a page themes boxes by variables and parts', async () => {
  const style = `<style>alphanode-post-meta { --alphanode-ink: rgb(1, 2, 3); --alphanode-soft: rgb(4, 5, 6); --alphanode-line: rgb(7, 8, 9); --alphanode-accent: rgb(10, 11, 12); --alphanode-font: "Theme Font"; }
    alphanode-post-meta::part(heading) { letter-spacing: 3px; } alphanode-post-meta::part(link) { text-decoration: none; } alphanode-post-meta::part(name) { text-transform: uppercase; } alphanode-post-meta:state(ready) { outline: 2px solid; }</style>`;
  for (const inside of ['', await (await fetch(`${server.url}/v1/posts/${posts[0]}/meta.html`)).text()]) {
    const tab = await pages.show(`<alphanode-post-meta slug="${posts[0]}">${inside}</alphanode-post-meta>`, { head: style + script() });
    const found = await tab.evaluate(() => {
      const box = document.querySelector('alphanode-post-meta');
      const of = (selector, property) => getComputedStyle(selector ? box.shadowRoot.querySelector(selector) : box)[property];
      return [of('', 'color'), of('dt', 'color'), of('dl > div', 'borderBlockStartColor'), of('a', 'color'), of('.alphanode-fill', 'fill'), of('', 'fontFamily'), of('h2', 'letterSpacing'), of('a', 'textDecorationLine'), of('dt', 'textTransform'), of('', 'outlineWidth')];
    });
    assert.deepEqual(found, ['rgb(1, 2, 3)', 'rgb(4, 5, 6)', 'rgb(7, 8, 9)', 'rgb(10, 11, 12)', 'rgb(10, 11, 12)', '"Theme Font"', '3px', 'none', 'uppercase', '2px']);
    await tab.close();
  }
});

test('what the server wrote is adopted, and nothing is asked', async () => {
  edge.taken();
  const html = await (await fetch(`${server.url}/v1/posts/${posts[0]}/meta.html?include=similar`)).text();
  const [one, two] = html.split(/(?=<section class="alphanode-box" data-alphanode="similar")/);
  for (const how of ['', 'async', 'type="module"']) {
    const tab = await pages.show(`<alphanode-post-meta slug="${posts[0]}">${one}</alphanode-post-meta><alphanode-similar-posts slug="${posts[0]}">${two}</alphanode-similar-posts>`, { head: script(how), policy: strict() });
    assert.deepEqual(await states(tab), ['ready', 'ready']);
    assert.match(await text(tab, 'alphanode-post-meta'), /post meta[^]*topic/);
    assert.match(await text(tab, 'alphanode-similar-posts'), /Similar Posts[^]*in common/);
    assert.ok(await tab.evaluate(() => document.querySelector('alphanode-post-meta').shadowRoot.querySelector('dt').part.contains('name')));
    nothing(tab);
    await tab.close();
  }
  assert.deepEqual(edge.taken(), []);
  const tab = await pages.show(`<alphanode-post-meta slug="${posts[1]}">${one}</alphanode-post-meta>`, { head: script() }); // of another post
  assert.equal(edge.taken().length, 1);
  await tab.close();
});

test('a slug that is unknown and one of a draft look alike', async () => {
  edge.taken();
  const tab = await pages.show(['nonesuch', 'a-draft'].map((slug) => meta(slug) + similar(slug)).join('') + '<alphanode-similar-posts entity="nonesuch"></alphanode-similar-posts><alphanode-post-meta></alphanode-post-meta>' + `<alphanode-post-meta slug="a-draft"><p>meanwhile</p></alphanode-post-meta>`, { head: script(), policy: strict() });
  assert.deepEqual(await states(tab), Array(7).fill('missing'));
  const shown = await tab.evaluate(() => [...document.querySelectorAll('alphanode-post-meta, alphanode-similar-posts')].map(({ shadowRoot }) => shadowRoot.innerHTML));
  assert.deepEqual([...new Set(shown.slice(0, 6))].length, 1);
  assert.equal(shown[6], '<slot></slot>'); // what the page has stays
  assert.ok(!(await tab.content() + shown).includes('zyxwvut'));
  assert.equal(edge.taken().length, 3);
  nothing(tab);
  await tab.close();
});

test('an entity, a post that is like no other', async () => {
  const tab = await pages.show('<alphanode-similar-posts entity="python services" limit="3"></alphanode-similar-posts>' + similar('plain'), { head: script(), policy: strict() });
  assert.deepEqual(await states(tab), ['ready', 'empty']);
  assert.equal(await tab.evaluate(() => document.querySelector('alphanode-similar-posts').shadowRoot.querySelectorAll('li').length), 3);
  assert.match(await text(tab, 'alphanode-similar-posts:last-of-type'), /No similar posts/);
  nothing(tab);
  await tab.close();
});

test('while an answer is slow, what the page has stays', async () => {
  edge.weather = 'slow';
  const tab = await pages.show(`<alphanode-post-meta slug="${posts[0]}"><p>meanwhile</p></alphanode-post-meta>` + similar(posts[0]), { head: script(), policy: strict(), ready: false });
  await tab.waitForFunction(() => document.querySelector('alphanode-similar-posts').state === 'loading');
  assert.equal(await tab.evaluate(() => document.querySelector('p').checkVisibility() && document.querySelector('p').offsetHeight > 0), true);
  assert.equal(await text(tab, 'alphanode-similar-posts'), 'Loading…');
  edge.release();
  await tab.waitForFunction(() => document.querySelector('alphanode-post-meta').state === 'ready');
  assert.equal(await tab.evaluate(() => document.querySelector('p').offsetHeight), 0);
  assert.deepEqual(await tab.evaluate(() => window.states), ['alphanode-post-meta loading', 'alphanode-similar-posts loading', 'alphanode-post-meta ready', 'alphanode-similar-posts ready']);
  nothing(tab);
  await tab.close();
});

test('a server that is busy or gone is told, and asked again by hand', async () => {
  for (const weather of ['busy', 'broken']) {
    edge.weather = weather;
    edge.taken();
    const tab = await pages.show(meta(posts[0]) + similar(posts[0]) + `<alphanode-post-meta slug="${posts[0]}"><p>meanwhile</p></alphanode-post-meta>`, { head: script(), policy: strict() });
    assert.deepEqual(await states(tab), ['error', 'error', 'error']);
    assert.equal(edge.taken().length, weather === 'broken' ? edge.taken().length || 1 : 1);
    assert.match(await text(tab, 'alphanode-post-meta'), /does not answer[^]*Try again/);
    assert.ok(await tab.evaluate(() => document.querySelector('p').offsetHeight > 0));
    edge.weather = 'fair';
    await tab.evaluate(() => { const button = document.querySelector('alphanode-post-meta').shadowRoot.querySelector('button'); button.focus(); button.click(); });
    await tab.waitForFunction(() => [...document.querySelectorAll('alphanode-post-meta, alphanode-similar-posts')].every(({ state }) => state === 'ready'));
    assert.equal(await tab.evaluate(() => document.activeElement?.localName), 'alphanode-post-meta', 'focus stays in the box');
    // Chromium itself tells of what could not be loaded; nobody else says anything.
    assert.deepEqual(tab.said.filter((line) => !/^error: Failed to load resource/.test(line)), []);
    await tab.close();
  }
});

test('attributes change, boxes go and come', async () => {
  edge.taken();
  const tab = await pages.show(meta(posts[0], 'id="m"') + similar(posts[0], 'id="s"'), { head: script(), policy: strict() });
  await tab.evaluate(() => { const box = document.querySelector('#m'); box.remove(); document.querySelector('main').append(box); box.parentNode.prepend(box); });
  await tab.evaluate((slug) => { const box = document.querySelector('#m'); box.slug = slug; box.setAttribute('slug', slug); box.setAttribute('heading', '4'); box.setAttribute('slug', slug); }, posts[1]);
  await tab.waitForFunction(() => document.querySelector('#m').shadowRoot.querySelector('h4') && document.querySelector('#m').state === 'ready');
  assert.equal(edge.taken().length, 2);
  await tab.evaluate((slug) => { document.querySelector('#m').setAttribute('slug', slug); }, posts[0]); // it is known
  await tab.evaluate(() => new Promise(requestAnimationFrame));
  assert.equal(edge.taken().length, 0);
  nothing(tab);
  await tab.close();
});

test('a box that goes while it waits takes its request with it', async () => {
  edge.weather = 'slow';
  edge.left = 0;
  const tab = await pages.show(meta(posts[2], 'id="a"') + meta(posts[3], 'id="b"') + meta(posts[3], 'id="c"'), { head: script(), policy: strict(), ready: false });
  while (edge.waiting() < 2) await new Promise((resolve) => setTimeout(resolve, 10));
  await tab.evaluate(() => { document.querySelector('#a').remove(); document.querySelector('#b').remove(); });
  while (edge.left < 1) await new Promise((resolve) => setTimeout(resolve, 10));
  edge.release();
  await tab.waitForFunction(() => document.querySelector('#c').state === 'ready');
  assert.equal(edge.left, 1);
  nothing(tab);
  await tab.close();
});

test('several versions on a page do not clash', async () => {
  edge.taken();
  const tab = await pages.show(meta(posts[0]) + similar(posts[0]), { head: script() + script('type="module"', '?v=older') + script('async', '?v=oldest') });
  assert.deepEqual(await states(tab), ['ready', 'ready']);
  assert.equal(edge.taken().length, 1);
  nothing(tab);
  await tab.close();
  // An element of that name that is there already stays.
  const other = await pages.show(similar(posts[0]), { head: `<script>customElements.define('alphanode-post-meta', class extends HTMLElement { state = 'mine' })</script>${script('defer')}` });
  assert.equal(await other.evaluate(() => document.createElement('alphanode-post-meta').state), 'mine');
  nothing(other);
  await other.close();
});

test('another archive by its address', async () => {
  edge.taken();
  const tab = await pages.show(meta(posts[0], `api="${server.url}/?utm=1"`), { head: script() });
  assert.deepEqual(await states(tab), ['ready']);
  assert.deepEqual(edge.taken(), []);
  await tab.close();
});

test('images where they are asked for alone', async () => {
  const images = (tab) => tab.evaluate(() => [...document.querySelectorAll('*')].flatMap(({ shadowRoot }) => [...shadowRoot?.querySelectorAll('img') ?? []].map((img) => [img.loading, img.referrerPolicy, new URL(img.src).protocol])));
  const tab = await pages.show(meta(posts[0], 'images') + similar(posts[0], 'images'), { head: `<style>img { display: none }</style>${script()}`, policy: `${strict()}; img-src https://images.example.org; style-src 'unsafe-inline'` });
  const shown = await images(tab);
  assert.ok(shown.length >= 2);
  assert.deepEqual([...new Set(shown.map(String))], ['lazy,no-referrer,https:']);
  await tab.close();
});

test('axe finds nothing, light and dark, from right to left, closed and open', async () => {
  for (const [name, style] of [['light', ''], ['dark', '<style>html { background: #171614; color: #ebe7df; color-scheme: dark } alphanode-post-meta, alphanode-similar-posts { --alphanode-accent: #7cc8cb }</style>'], ['rtl', '<style>html { direction: rtl }</style>']]) {
    for (const width of [320, 1280]) {
      const tab = await pages.show(meta('odd') + similar(posts[0]) + meta(posts[0]) + similar('plain') + meta('nonesuch'), { head: style + script() });
      await tab.setViewport({ width, height: 900 });
      await tab.screenshot({ path: join(made, 'embed', `${name}-${width}.png`), fullPage: true });
      const wide = await tab.evaluate(() => document.documentElement.scrollWidth <= innerWidth ? [] : [...document.querySelectorAll('*')].flatMap((node) => [node, ...node.shadowRoot?.querySelectorAll('*') ?? []])
        .filter((node) => node.scrollWidth > node.clientWidth && node.clientWidth).map((node) => node.outerHTML.slice(0, 120)));
      assert.deepEqual(wide, [], `${name}, ${width} px: no sideways scroll`);
      assert.deepEqual(await access(tab), [], `${name}, ${width} px`);
      await tab.evaluate(() => { for (const { shadowRoot } of document.querySelectorAll('*')) for (const details of shadowRoot?.querySelectorAll('details') ?? []) details.open = true; });
      assert.deepEqual(await access(tab), [], `${name}, ${width} px, open`);
      await tab.close();
    }
  }
});
