// Every request on every page, copied and run as it stands, gives what the page shows.
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { archive, strange } from './archive.mjs';
import { awkward, pages, shown } from './pages.mjs';
import { reader } from './reader.mjs';
import { listed, runAll, samples } from './samples.mjs';

const server = await archive();
const chromium = await reader();
after(async () => {
  await chromium.close();
  assert.equal(await server.stop(), 0, 'the server ends cleanly');
});

const [older] = server.releases;
const escaped = awkward.map(encodeURIComponent);
const pinned = `release=${older}`;
const looked = [
  ...(await pages(server)).filter(({ status, path }) => !status && path.startsWith('/')),
  ...escaped.map((text) => ({ name: `search for ${text}`, path: `/?q=${text}` })),
  { name: 'search for all of it, pinned', path: `/?q=${escaped.at(-1)}&${pinned}` },
  { name: 'filter with all of it', path: `/?title.contains=${encodeURIComponent(strange.find(({ slug }) => slug === 'awkward').title)}&tool=${escaped[0]}&sort=title` },
  { name: 'filter with all of it, pinned', path: `/?q=plan&title.contains=${escaped.at(-1)}&${pinned}` },
  { name: 'many values, paged, pinned', path: `/?tool=git&tool=logs&difficulty=advanced&sort=-viewCount&page=2&${pinned}` },
];

test('requests run and give what the page shows', async (t) => {
  const page = await chromium.tab({ script: false }); // what is on the page is there without a script
  for (const one of looked) {
    await page.goto(server.url + one.path, { waitUntil: 'load' });
    one.shows = await shown(page);
    one.samples = await samples(page);
    for (const { text } of one.samples) if (one.path.includes(pinned)) assert.ok(text.includes(older), `${one.name} is pinned, and its request is not:\n${text}`);
  }
  await page.leave();
  assert.ok(looked.filter(({ name, shows }) => /^(search for|filter with)/.test(name) && shows.slugs.length > 0).length >= 8, 'what is typed finds something');
  assert.ok(looked.filter(({ samples }) => samples.length === 6).length >= 20, 'most pages show requests of both faces in three languages');
  await runAll(looked.flatMap(({ samples }) => samples));

  for (const { name, shows, samples } of looked) {
    await t.test(name, () => {
      for (const { face, language, text, printed } of samples) {
        const told = `${face} as ${language}:\n${text}\n${JSON.stringify(printed).slice(0, 500)}`;
        assert.ok(printed.data && !printed.errors, `no answer from ${told}`);
        const { total, slugs } = listed(printed);
        if (shows.slugs.length > 0 && slugs) assert.deepEqual(slugs.slice(0, shows.slugs.length), shows.slugs, told);
        if (shows.total !== undefined && total !== undefined) assert.equal(total, shows.total, told);
        if (!slugs) assert.ok(holds(printed, shows.heading), `“${shows.heading}” is not in ${told}`);
      }
      // Both faces and all languages say the same.
      for (const face of ['REST', 'GraphQL']) {
        const [first, ...others] = samples.filter((sample) => sample.face === face);
        for (const other of others) assert.deepEqual(other.printed, first.printed, `${other.language} and ${first.language} over ${face}`);
      }
    });
  }
});

test('nothing that was typed has run', () => assert.ok(!existsSync(join(import.meta.dirname, 'made', 'samples', 'plan'))));

/** Reports whether a text stands somewhere in an answer, however it is spelt. */
function holds(answer, text) {
  const flat = (text) => text.toLowerCase().replace(/\s+/g, ' ');
  return flat(JSON.stringify(answer)).includes(flat(JSON.stringify(text).slice(1, -1)));
}
