// The figures on pages are those of the API, and add up.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { archive } from './archive.mjs';
import { reader } from './reader.mjs';
import { agrees } from './walk.mjs';

let server, chromium, page;
before(async () => {
  server = await archive();
  chromium = await reader();
  page = await chromium.tab({ script: false });
});
after(async () => {
  await chromium?.close();
  if (server) assert.equal(await server.stop(), 0, 'the server ends cleanly');
});
const open = (path) => page.goto(server.url + path, { waitUntil: 'load' });
const ask = async (path) => {
  const answer = await (await fetch(server.url + path)).json();
  assert.ok(answer.data, JSON.stringify(answer));
  return answer.data;
};

/** The counts that a page shows beside the values of a field, and which are chosen. */
const facets = () => page.evaluate(() => {
  const fields = {};
  for (const label of document.querySelectorAll('.facets label:has(data)')) {
    const { name, value, checked } = label.querySelector('input');
    (fields[name] ??= []).push({ value, count: Number(label.querySelector('data').value), checked });
  }
  return fields;
});

describe('filters', () => {
  for (const filter of ['', 'tool=git', 'tool=git&tool=logs', 'q=rollback+plan&tool=git', 'difficulty=advanced&codeLanguage=go', 'tool=git&difficulty=beginner&quality.gte=80', 'entity=area-backend&hasImages=true', 'q=emoji']) {
    test(`counts under ${filter || 'no filter'}`, async () => {
      await open(`/?${filter}`);
      await agrees(page, server.url);
      const shown = await facets();
      assert.ok(Object.keys(shown).length >= 1, `fields with counts: ${Object.keys(shown)}`);
      const asked = new URLSearchParams(filter);
      const text = asked.get('q');
      const rest = new URLSearchParams([...asked].filter(([name]) => name !== 'q'));
      if (text) rest.append('search', text);
      for (const [field, rows] of Object.entries(shown)) {
        const chosen = asked.getAll(field);
        const [{ buckets }] = await ask(`/v1/facets?by=${field}&own=false&limit=100&${rest}`).then((data) => data.filter((one) => one.field === field));
        for (const { value, count, checked } of rows) {
          assert.equal(checked, chosen.includes(value), `${field} ${value} is chosen`);
          const bucket = buckets.find(({ slug, value: name }) => (slug ?? name) === value);
          assert.equal(count, bucket?.count ?? 0, `posts with ${field} ${value}`);
          // By a plain count as well: choosing it in place of what is chosen gives as many posts.
          const other = new URLSearchParams(rest);
          other.delete(field);
          other.append(field, value);
          if (rows.indexOf(rows.find((row) => row.value === value)) < 3) assert.equal((await fetch(`${server.url}/v1/posts?limit=0&${other}`).then((r) => r.json())).page.total, count, `a list of ${field} ${value}`);
        }
        for (const value of chosen) assert.ok(rows.some((row) => row.value === value), `${value}, which is chosen, stays in the list of ${field}`);
      }
    });
  }

  test('a chosen value without posts stays', async () => {
    await open('/?tool=git&slug=no-space&difficulty=advanced');
    const { tool, difficulty } = await facets();
    assert.deepEqual(difficulty.find(({ value }) => value === 'advanced'), { value: 'advanced', count: 0, checked: true });
    assert.ok(tool.find(({ value }) => value === 'git').checked);
  });
});

/** The plots of a page: title, and rows of its table with the address that each row leads to. */
const plots = () => page.evaluate(() => [...document.querySelectorAll('.plot')].map((plot) => ({
  title: plot.querySelector('h3').textContent,
  heads: [...plot.querySelectorAll('thead th')].map((head) => head.textContent),
  rows: [...plot.querySelectorAll('tbody tr')].map((row) => ({
    name: row.querySelector('th').textContent, leads: row.querySelector('th a')?.getAttribute('href'),
    cells: [...row.querySelectorAll('td')].map((cell) => Number(cell.textContent.replaceAll(',', ''))),
  })),
})));

/** How many posts fit the parameters of a page of the search. */
async function count(parameters) {
  const asked = new URLSearchParams(parameters);
  if (asked.has('q')) asked.append('search', asked.get('q'));
  for (const other of ['q', 'sort', 'page']) asked.delete(other);
  return (await (await fetch(`${server.url}/v1/posts?limit=0&${asked}`)).json()).page.total;
}

describe('plots', () => {
  for (const path of ['/', '/?q=rollback&tool=git', '/?difficulty=advanced', '/tools/git', '/entities/area-backend']) {
    test(`tables of ${path}`, async () => {
      await open(path);
      const all = await plots();
      assert.ok(all.length >= 3, `${all.length} plots`);
      const term = /^\/(tool|entitie)s\/(.*)$/.exec(path);
      const here = new URLSearchParams(term ? { [term[1] === 'tool' ? 'tool' : 'entity']: term[2] } : path.split('?')[1] ?? '');
      let held = 0;
      for (const { title, heads, rows } of all) {
        for (const { name, leads, cells } of rows) {
          if (!leads?.startsWith('/?')) continue;
          const shown = cells[Math.max(0, heads.indexOf('here') - 1)];
          const added = new URLSearchParams(leads.slice(2));
          // What a row of a term leads to has the term in place of those that are chosen; counted are the posts with both.
          const both = new URLSearchParams(here);
          for (const [key, value] of added) if (!here.getAll(key).includes(value)) both.append(/^(tool|entity)$/.test(key) && here.has(key) ? `${key}.all` : key, value);
          assert.equal(await count(both), shown, `${title}, ${name}: ${both}`);
          const archive = heads.indexOf('archive');
          if (archive > 0) {
            const alone = new URLSearchParams([...added].filter(([key, value]) => !here.getAll(key).includes(value)));
            if ([...alone].length > 0) assert.equal(await count(alone), cells[archive - 1], `${title}, ${name}, in the archive`);
          }
          held++;
        }
        if (title === 'Four scores') {
          const asked = new URLSearchParams(here);
          if (asked.has('q')) { asked.append('search', asked.get('q')); asked.delete('q'); }
          const scores = await ask(`/v1/scores?${asked}`);
          for (const { name, cells } of rows) {
            for (const part of ['min', 'p50', 'p90', 'p99', 'max']) assert.equal(cells[heads.indexOf(part) - 1], scores[name][part], `${name} ${part}`);
            held++;
          }
        }
      }
      assert.ok(held >= 10, `${held} rows were held against the API`);
    });
  }
});

describe('an article', () => {
  test('the parts of each similarity add up to it, and it is that of the API', async () => {
    const [{ post }] = await ask('/v1/search?q=rollback+plan&limit=1');
    await open(`/posts/${post.slug}`);
    const shown = await page.evaluate(() => [...document.querySelectorAll('.similar > li')].map((one) => ({
      slug: decodeURIComponent(one.querySelector('h3 a').pathname.split('/').at(-1)),
      similarity: Number(one.querySelector('b data').value),
      parts: [...one.querySelectorAll('li > data')].map((part) => Number(part.value)),
      written: [...one.querySelectorAll('li data')].map((part) => Number(part.textContent)),
    })));
    const similar = await ask(`/v1/posts/${post.slug}/similar?limit=${shown.length}`);
    assert.ok(shown.length >= 3);
    assert.deepEqual(shown.map(({ slug, similarity }) => [slug, similarity]), similar.map(({ slug, similarity }) => [slug, similarity]));
    // Of each part 9 decimals are sent, so that as many roundings add up; what is read adds up as it stands.
    for (const { slug, similarity, parts, written: [whole, ...others] } of shown) {
      assert.ok(Math.abs(parts.reduce((sum, part) => sum + part, 0) - similarity) <= 0.5e-9 * (parts.length + 1) + 1e-12, `${slug}: ${parts} add up to ${similarity}`);
      assert.ok(Math.abs(others.reduce((sum, part) => sum + part, 0) - whole) < 1e-9, `${slug}: as written, ${others} add up to ${whole}`);
    }
  });

  test('every fact of its meta stands in the box once', async () => {
    for (const slug of ['no-space', 'every-block', 'right-to-left', (await ask('/v1/posts?limit=1'))[0].slug]) {
      const { meta } = await ask(`/v1/posts/${slug}`);
      await open(`/posts/${slug}`);
      const names = await page.$$eval('.meta dl > div > dt, .meta dl > dt', (all) => all.map((name) => name.textContent.trim().toLowerCase()));
      assert.equal(new Set(names).size, names.length, `a field twice: ${names}`);
      const box = await page.$eval('.meta', (box) => box.textContent.replace(/\s+/g, ' '));
      const leaves = (value) => value && typeof value === 'object' ? Object.values(value).flatMap(leaves) : [value];
      for (const leaf of leaves({ ...meta, images: [], flags: [], hash: null, payload: null, score: null, revision: null })) {
        if (typeof leaf === 'string') assert.ok(box.includes(leaf.replace(/\s+/g, ' ')), `${slug}: ${leaf} is not in its box`);
      }
    }
  });
});
