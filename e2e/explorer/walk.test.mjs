// A reader walks through the archive: with scripts, without, and under a path behind a proxy; with a keyboard; while the
// server is slow or fails; on another release.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { access } from './access.mjs';
import { archive } from './archive.mjs';
import { watched } from './gates.mjs';
import { shown } from './pages.mjs';
import { proxy } from './proxy.mjs';
import { reader } from './reader.mjs';
import { addresses, agrees, click, goes, until, walk } from './walk.mjs';

let server, chromium, page;
before(async () => {
  server = await archive();
  chromium = await reader();
});
after(async () => {
  await chromium?.close();
  if (server) assert.equal(await server.stop(), 0, 'the server ends cleanly');
});

/** A test with a tab of its own, at the end of which nothing was said that should not be. */
const walks = (name, does, asked) => test(name, async () => {
  page = await watched(chromium, asked);
  try {
    await does(page);
    assert.deepEqual(page.silence.faults(), []);
  } finally {
    await page.leave();
  }
});
const open = (path) => page.goto(server.url + path, { waitUntil: 'load' });
const query = () => new URL(page.url()).searchParams.get('q');
const typing = async (text) => { await page.focus('#q'); await page.keyboard.press('End'); await page.keyboard.type(text, { delay: 40 }); };
const held = () => { let go; const opened = new Promise((resolve) => { go = resolve; }); return { opened, go }; };

describe('the whole way', () => {
  walks('with scripts', (page) => walk(page, server.url));
  walks('without scripts', (page) => walk(page, server.url), { script: false });
  walks('on a phone, without scripts', (page) => walk(page, server.url), { script: false, width: 390 });

  for (const script of [true, false]) {
    walks(`under a path behind a proxy, ${script ? 'with' : 'without'} scripts`, async (page) => {
      const front = await proxy('/archive');
      const behind = await archive('--public-url', front.url);
      try {
        front.target = behind.url;
        await walk(page, front.url, async (where) => {
          for (const { name, address } of await addresses(page)) assert.ok(/^\/archive([/?#]|$)/.test(address), `${where}: ${name} links ${address}, outside of the path`);
          const asked = await page.$$eval('.request code', (codes) => codes.map((code) => code.textContent).join('\n'));
          assert.ok(asked === '' || asked.includes(`${front.url}/v1/`) , `${where}: requests to copy do not go to ${front.url}:\n${asked}`);
        });
        assert.deepEqual(front.beside, []);
      } finally {
        front.close();
        await behind.stop();
      }
    }, { script });
  }
});

describe('searching while typing', () => {
  walks('a word is one step back', async () => {
    await open('/');
    const all = await shown(page);
    const steps = await page.evaluate(() => history.length);
    await typing('rollback');
    await until('the word stands in the address', async () => query() === 'rollback');
    const word = await agrees(page, server.url);
    assert.equal(await page.evaluate(() => history.length), steps + 1);
    await new Promise((resolve) => setTimeout(resolve, 1200)); // a pause: what is typed next is another step
    await page.keyboard.type(' plan', { delay: 40 });
    await until('both words stand in the address', async () => query() === 'rollback plan');
    await agrees(page, server.url);
    assert.equal(await page.evaluate(() => history.length), steps + 2);
    await goes(page, () => page.goBack(), /q=rollback$/);
    assert.deepEqual(await agrees(page, server.url), word);
    await until('the field says what the page shows', async () => await page.$eval('#q', (field) => field.value) === 'rollback');
    await goes(page, () => page.goBack());
    await until('everything is listed again', async () => (await shown(page)).total === all.total);
    await goes(page, () => page.goForward());
    assert.deepEqual(await agrees(page, server.url), word);
    await page.reload();
    assert.deepEqual(await agrees(page, server.url), word);
  });

  walks('an old answer that is slow never covers a new one', async () => {
    await open('/');
    const slow = held();
    let asked = 0;
    page.answer = async (url) => {
      if (/q=roll(&|$)/.test(url)) { asked++; await slow.opened; }
    };
    await typing('roll');
    await until('the first answer is waited for', async () => asked === 1);
    await typing('back');
    await until('the newer answer is there', async () => query() === 'rollback');
    const newer = await agrees(page, server.url);
    slow.go();
    await new Promise((resolve) => setTimeout(resolve, 500));
    assert.equal(query(), 'rollback');
    assert.deepEqual(await agrees(page, server.url), newer);
  });

  walks('an old answer that comes after going back covers nothing', async () => {
    await open('/?q=rollback');
    await goes(page, () => click(page, '.facets input[name=tool]:not(:checked)'), /tool=/);
    await agrees(page, server.url);
    const slow = held();
    let asked = 0;
    page.answer = async (url) => { if (/sort=title/.test(url)) { asked++; await slow.opened; } };
    await page.select('#sort', 'title');
    await until('an answer is waited for', async () => asked === 1);
    await goes(page, () => page.goBack(), /^(?!.*tool=)/);
    const before = await agrees(page, server.url);
    slow.go();
    await new Promise((resolve) => setTimeout(resolve, 500));
    assert.deepEqual(await agrees(page, server.url), before);
  });

  for (const [how, outcome, says] of [
    ['fails', { status: 503, body: '<!doctype html><title>busy</title><p data-problem>The server is busy.</p>' }, /busy/],
    ['is lost', 'lost', /cannot be reached/],
  ]) {
    test(`a search that ${how} leaves the page, with a note`, async () => {
      page = await watched(chromium);
      await open('/?q=rollback');
      const before = await shown(page);
      page.answer = async () => outcome;
      await typing(' plan');
      const note = await until('a note says so', () => page.$eval('[role=alert]', (note) => note.textContent).catch(() => null));
      assert.match(note, says);
      assert.match(note, /try again/);
      assert.deepEqual(await access(page), []);
      assert.deepEqual(await shown(page), before);
      assert.equal(await page.evaluate(() => document.activeElement.id), 'q');
      assert.equal(await page.$eval('#q', (field) => field.value), 'rollback plan');
      page.answer = undefined;
      await click(page, '[role=alert] a');
      await until('the search was tried again', async () => query() === 'rollback plan' && !await page.$('[role=alert]'));
      await agrees(page, server.url);
      // Chromium reports the failure itself.
      assert.deepEqual(page.silence.faults().filter((fault) => !/503|ERR_CONNECTION_RESET/.test(fault)), []);
      await page.leave();
    });
  }

  walks('waiting is said after 300 ms, and the page stays', async () => {
    await open('/');
    const before = await shown(page);
    const slow = held();
    page.answer = () => slow.opened;
    await typing('rollback');
    await until('the line says what is looked for', () => page.$eval('.status', (line) => /looking for “rollback”/.test(line.textContent)));
    assert.deepEqual((await shown(page)).slugs, before.slugs);
    assert.deepEqual(await access(page), []);
    slow.go();
    await until('the answer is there', async () => query() === 'rollback');
    await agrees(page, server.url);
    assert.ok(await page.$eval('.status', (line) => !/looking for/.test(line.textContent)));
  });

  walks('focus, caret and opened parts stay', async () => {
    await open('/');
    await page.$eval('.request details', (details) => { details.open = true; });
    await page.$eval('.facets details', (details) => { details.open = true; });
    await typing('rollback');
    await until('the answer is there', async () => query() === 'rollback');
    await page.$eval('#q', (field) => field.setSelectionRange(0, 0));
    await page.keyboard.type('git ');
    await until('the answer is there', async () => query() === 'git rollback');
    await agrees(page, server.url);
    assert.deepEqual(await page.$eval('#q', (field) => [document.activeElement === field, field.value, field.selectionStart, field.selectionEnd]), [true, 'git rollback', 4, 4]);
    assert.deepEqual(await page.$$eval('.request details, .facets details', (all) => [all[0].open, all[1].open]), [true, true]);
    const value = await page.$eval('.facets input[name=difficulty]', (box) => { box.focus(); return box.value; });
    await page.keyboard.press('Space');
    await until('the filter stands in the address', async () => new URL(page.url()).searchParams.get('difficulty') === value);
    await agrees(page, server.url);
    assert.deepEqual(await page.evaluate(() => [document.activeElement.name, document.activeElement.value]), ['difficulty', value]);
    assert.equal(await page.$eval('.request details', (details) => details.open), true);
  });

  walks('time and store calls are those of the answer that is shown', async () => {
    await open('/');
    const said = () => page.$eval('[data-took]', (line) => line.textContent);
    assert.match(await said(), /^in [\d.]+ ms · \d+ store calls?$/);
    await typing('rollback');
    await until('the answer is there', async () => query() === 'rollback');
    await until('its time is said', async () => /^in [\d.]+ ms · \d+ store calls?$/.test(await said()));
    assert.ok(!/\d ms/.test(await (await fetch(page.url())).text().then((html) => html.replace(/<code>[^]*?<\/code>/g, ''))), 'no time stands in what is kept');
  });
});

describe('with a keyboard', () => {
  walks('the way past the head comes first, and focus is seen', async () => {
    await open('/');
    await page.keyboard.press('Tab');
    assert.equal(await page.evaluate(() => document.activeElement.textContent), 'Skip to content');
    assert.ok(await page.evaluate(() => document.activeElement.getBoundingClientRect().width > 20));
    await page.keyboard.press('Enter');
    assert.equal(new URL(page.url()).hash, '#main');
    await page.keyboard.press('Tab');
    assert.ok(await page.evaluate(() => document.querySelector('main').contains(document.activeElement)));
  });

  walks('the order of focus is that of the page', async () => {
    await open('/?q=rollback');
    const places = [];
    for (let times = 0; times < 40; times++) {
      await page.keyboard.press('Tab');
      places.push(await page.evaluate(() => { const all = [...document.querySelectorAll('*')]; return all.indexOf(document.activeElement); }));
    }
    assert.deepEqual(places, places.toSorted((a, b) => a - b));
  });

  walks('/ goes to the search field, unless somebody types', async () => {
    await open('/');
    await page.keyboard.press('/');
    assert.equal(await page.evaluate(() => document.activeElement.id), 'q');
    await page.keyboard.type('zz/y'); // words that no archive is full of
    assert.equal(await page.$eval('#q', (field) => field.value), 'zz/y');
    await until('the answer is there', async () => query() === 'zz/y');
  });

  walks('copying keeps focus and width, and is said aloud', async (page) => {
    await page.browserContext().overridePermissions(server.url, ['clipboard-read', 'clipboard-write', 'clipboard-sanitized-write']);
    await open('/?q=rollback');
    await page.$eval('.request details', (details) => { details.open = true; });
    const button = '.request .sample.in-curl button';
    const width = await page.$eval(button, (button) => { button.focus(); return button.getBoundingClientRect().width; });
    await page.keyboard.press('Enter');
    await until('the button says so', () => page.$eval(button, (button) => /^Copied/.test(button.textContent)));
    assert.equal(await page.evaluate(() => navigator.clipboard.readText()), await page.$eval('.request .sample.in-curl code', (code) => code.textContent));
    assert.ok(await page.$eval(button, (button, width) => document.activeElement === button && Math.abs(button.getBoundingClientRect().width - width) < 1, width), 'focus and width stay');
    assert.ok(await page.$$eval('[role=status]', (all) => all.some((region) => region.textContent === 'Copied')));
  });
});

describe('another release', () => {
  for (const script of [true, false]) {
    walks(`is chosen, and every link and request keeps it, ${script ? 'with' : 'without'} scripts`, async (page) => {
      const [older, newer] = server.releases;
      const { data } = await (await fetch(`${server.url}/v1/releases`)).json();
      const postsOf = (name) => data.find((release) => release.name === name).postCount;
      await open('/');
      assert.equal((await shown(page)).total, postsOf(newer));
      if (script) await goes(page, () => page.select('#release', older), /release=/);
      else await open(`/?release=${older}`); // the list of releases is filled in by the script; /releases links them
      assert.equal(new URL(page.url()).searchParams.get('release'), older);
      assert.equal((await agrees(page, server.url)).total, postsOf(older));

      const pinned = async () => {
        const links = (await addresses(page)).filter(({ name, address }) => name === 'a' && !/^\/(v1\/|openapi|sitemap|llms)|\/feed\.(atom|json)$/.test(address));
        const lost = links.filter(({ address }) => !new URLSearchParams(address.split('?')[1]).has('release', older));
        // One link leads on to what is current.
        assert.ok(lost.length <= 1, `links without the pin: ${lost.map(({ address }) => address)}`);
        const texts = await page.$$eval('.request .sample code', (codes) => codes.map((code) => code.textContent));
        for (const text of texts) assert.ok(text.includes(older), `a request without the pin: ${text}`);
        assert.match(await page.$eval('.note.warn', (note) => note.textContent), new RegExp(older));
      };
      await pinned();
      await goes(page, () => click(page, '#results .cards h3 a'), /\/posts\//);
      await pinned();
      await goes(page, () => click(page, 'main a[href*="/tools/"]'), /\/tools\//);
      await pinned();
      await goes(page, () => click(page, '.brand'));
      assert.equal((await agrees(page, server.url)).total, postsOf(older));
      await goes(page, async () => {
        await page.$eval('#q', (field) => field.focus());
        await page.keyboard.type('rollback', { delay: 20 });
        if (!script) await click(page, '.find .primary');
      }, /q=rollback/);
      assert.equal(new URL(page.url()).searchParams.get('release'), older);
      await agrees(page, server.url);
      await pinned();
      await goes(page, () => click(page, '#pin a'), /^(?!.*release=).*q=rollback/); // of what was typed meanwhile
      await agrees(page, server.url);
    }, { script });
  }
});
