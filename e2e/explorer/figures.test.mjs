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
      assert.ok(Object.keys(shown).length >= 2, `fields with counts: ${Object.keys(shown)}`);
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
