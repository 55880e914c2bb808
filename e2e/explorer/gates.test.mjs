// The gates themselves: they let a good page pass, and find each fault that is put into it.
import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { after, before, test } from 'node:test';
import { access } from './access.mjs';
import { budget } from './budget.mjs';
import { colours } from './colours.mjs';
import { gates, watched } from './gates.mjs';
import { enlarge, layout, shift, sideways, space } from './layout.mjs';
import { look, reader } from './reader.mjs';

const policy = "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' https:; connect-src 'self'; base-uri 'none'";
const sheet = `
  :root { color-scheme: light dark; } body { margin: 0; font: 1rem/1.5 sans-serif; background: #fff; color: #111; overflow-wrap: break-word; } main { padding: 1rem; }
  a { color: #0b5d66; } mark { background: linear-gradient(transparent 60%, #ffe08a 0); color: #111; }
  :focus-visible { outline: 3px solid #0b5d66; } button, input { font: inherit; min-height: 2.5rem; } input { min-width: 0; } .find { display: flex; } .prose { max-width: 30rem; }
  .cards h3 { height: 1.5rem; overflow: hidden; } .image { width: 60px; height: 60px; }
  @media (prefers-color-scheme: dark) { body { background: #171614; color: #eee; } a { color: #7cc8cb; } mark { background: #6b5613; color: #fff; } :focus-visible { outline-color: #7cc8cb; } }
  @media (forced-colors: active) { mark { background: Mark; color: MarkText; } :focus-visible { outline-color: Highlight; } }`;
const good = `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Good</title><meta name="viewport" content="width=device-width, initial-scale=1">
  <link rel="stylesheet" href="/good.css"><link rel="icon" href="/icon.svg"><script src="/good.js" defer></script></head><body><main><h1>Good page</h1>
  <form class="find" role="search"><input type="search" aria-label="Search"><button>Search</button></form>
  <article class="prose"><p>${'Some words that are read one after the other, until the line ends. '.repeat(8)}</p><details><summary>more</summary><p>a <mark>marked</mark> word</p></details></article>
  <h2>Posts</h2><ol class="cards"><li><h3>a <a href="/other">title</a> ${'that goes on '.repeat(60)}</h3><p class="image"><img src="https://images.example/one.jpg" alt="" width="60" height="60"></p></li></ol></main></body></html>`;

let site, base, chromium, page, served;
before(async () => {
  site = createServer((request, response) => {
    const { body, css = '', js = '', headers = {} } = served;
    const [type, text] = { '/': ['text/html', body], '/good.css': ['text/css', sheet + css], '/good.js': ['text/javascript', js], '/icon.svg': ['image/svg+xml', '<svg xmlns="http://www.w3.org/2000/svg"/>'] }[request.url] ?? [];
    if (!type) { response.writeHead(404); response.end(); return; }
    response.writeHead(200, { 'content-type': type, 'content-security-policy': policy, ...headers });
    response.end(text);
  });
  await new Promise((resolve) => site.listen(0, '127.0.0.1', resolve));
  base = `http://127.0.0.1:${site.address().port}/`;
  chromium = await reader();
  page = await watched(chromium);
  await page.setCacheEnabled(false);
});
after(async () => { await chromium?.close(); site?.close(); });

/** Shows the good page with something changed, and gives what a gate has to say of it. */
async function shown({ from, to = '', ...rest }, gate) {
  assert.ok(!from || good.includes(from), `the good page has no ${from}`);
  served = { body: from ? good.replace(from, to) : good, ...rest };
  await look(page);
  await enlarge(page, 1);
  page.silence.faults();
  // Chromium's own word for a quiet page: a count of requests keeps that of an icon which a next page cut off, for ever.
  await page.goto(base, { waitUntil: 'networkidle0' });
  return gate(page);
}

test('a good page passes all', async () => assert.deepEqual(await shown({}, gates), []));
test('a good page is within its budget', async () => assert.deepEqual((await budget(chromium, base)).faults, []));

const silence = (page) => page.silence.faults();
const phone = (gate) => async (page) => { await look(page, { width: 320 }); return gate(page); };
const faults = [
  ['a word in the console', { js: 'console.log("here")' }, silence, /console log: here/],
  ['an error', { js: 'setTimeout(() => { throw new Error("lost") })' }, silence, /lost/],
  ['a promise that nobody waits for', { js: 'Promise.reject(new Error("rejected"))' }, silence, /rejected/],
  ['a style attribute', { from: '<h1>', to: '<h1 style="color: red">' }, silence, /policy: style-src/],
  ['an inline script', { from: '<h1>', to: '<script>1</script><h1>' }, silence, /policy: script-src/],
  ['a script from elsewhere', { from: '<script', to: '<script src="https://cdn.example/x.js"></script><script' }, silence, /policy|asks https:\/\/cdn/],
  ['a sheet from elsewhere that the policy lets in', { from: '<link', to: '<link rel="stylesheet" href="http://127.0.0.2/x.css"><link', headers: { 'content-security-policy': "default-src *" } }, silence, /asks http:\/\/127\.0\.0\.2 for stylesheet/],
  ['something that is not there', { js: 'fetch("/none").catch(() => {})' }, silence, /404/],
  ['a field without a name', { from: ' aria-label="Search"' }, access, /label/],
  ['text that is too pale', { css: '.prose { color: #aaa; }' }, access, /color-contrast/],
  ['a target that is too small', { css: '.find button { height: 12px; font-size: 6px; width: 12px; overflow: hidden; } .find { gap: 0; } .find input { width: 12px; height: 12px; flex: none; padding: 0; }' }, access, /target-size/],
  ['something wide', { css: '.prose { min-width: 400px; }' }, phone(sideways), /400|416|432/],
  ['a row that does not break when text is large', { css: '.find { white-space: nowrap; } .find button { min-width: 14rem; } .find input { min-width: 12rem; }' }, async (page) => { await look(page, { width: 768 }); await enlarge(page, 2); return sideways(page); }, /wide where 768/],
  ['a box with a height, which spacing outgrows', { css: '.prose > p { height: 24rem; overflow: hidden; }' }, async (page) => { await look(page, { width: 320 }); await space(page, true); return layout(page); }, /is cut by p/],
  ['parts over each other', { css: '.cards { margin-top: -4rem; }' }, layout, /overlap/],
  ['words over each other', { css: '.cards h3 a { position: relative; left: 6em; }' }, layout, /is written over/],
  ['text that is cut', { css: '.prose > p { height: 2rem; overflow: hidden; }' }, layout, /is cut by p/],
  ['a button that is too narrow', { css: '.find button { width: 2rem; padding: 0; white-space: nowrap; }' }, layout, /too narrow/],
  ['long lines', { css: '.prose { max-width: none; }' }, layout, /lines of \d+ characters/],
  ['a row that is not aligned', { css: '.find button { margin-top: .5rem; }' }, layout, /not on one line/],
  ['a shift', { js: 'setTimeout(() => { document.querySelector("h1").hidden = true; }, 100)' }, async (page) => { await page.waitForFunction(() => document.querySelector('h1').hidden); await new Promise((done) => setTimeout(done, 100)); return shift(page); }, /layout shift/],
  ['a mark like any word', { css: 'mark { background: none; } details { display: block; }', from: '<details>', to: '<details open>' }, colours, /looks like what stands around it/],
  ['a mark that cannot be read', { css: 'mark { background: linear-gradient(#444, #555); }', from: '<details>', to: '<details open>' }, colours, /mark.*contrast/],
  ['no ring in the focus', { css: ':focus-visible { outline: none; }' }, colours, /focus on .* is not shown/],
  ['a pale ring', { css: ':focus-visible { outline-color: #ddd; }' }, colours, /focus ring/],
  ['a word that forced colours hide', { css: '.prose { forced-color-adjust: none; color: #fff; background: #fff; }' }, async (page) => { await look(page, { forced: true }); return colours(page); }, /Some words.*contrast/],
];
for (const [name, change, gate, says] of faults) {
  test(`found: ${name}`, async () => assert.match((await shown(change, gate)).join('\n'), says));
}

test('found: a page that is too heavy', async () => {
  served = { body: good.replace('<main>', `<main><!--${Array.from({ length: 70_000 }, (_, at) => String.fromCharCode(97 + (at * 7919) % 26)).join('')}-->`), js: 'fetch("/icon.svg?1")' };
  assert.match((await budget(chromium, base)).faults.join('\n'), /wire is .*\n.*html is .*\n.*requests is 5/);
});
