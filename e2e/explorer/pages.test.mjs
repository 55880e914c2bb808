// Every page and every state, held against all gates.
import assert from 'node:assert/strict';
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { archive } from './archive.mjs';
import { budget } from './budget.mjs';
import { come, gates, watched } from './gates.mjs';
import { pages } from './pages.mjs';
import { reader } from './reader.mjs';

const pictures = join(import.meta.dirname, 'made', 'pictures');
const only = process.env.E2E_PAGES?.split(','); // names of pages, to look at these alone

rmSync(pictures, { recursive: true, force: true });
mkdirSync(pictures, { recursive: true });
const server = await archive();
const chromium = await reader();
const all = (await pages(server)).filter(({ name }) => !only || only.includes(name));
after(async () => {
  await chromium.close();
  assert.equal(await server.stop(), 0, 'the server ends cleanly');
});

describe('gates', { concurrency: 2 }, () => {
  for (const { name, path, status = 200, renews } of all) {
    test(name, async () => {
      const page = await watched(chromium);
      if (renews) page.answer = () => new Promise(() => {}); // it stands as it came: what moves later is news
      try {
        const response = await come(page, new URL(path, server.url).href);
        assert.equal(response.status(), status);
        assert.match(response.headers()['content-type'], /^text\/html/);
        const found = await gates(page, async ({ width, scheme, forced }) => {
          if (width !== 320) await page.screenshot({ path: join(pictures, `${name}-${width}-${scheme}${forced ? '-forced' : ''}.png`), fullPage: true, optimizeForSpeed: true });
        });
        await page.pdf({ path: join(pictures, `${name}.pdf`), format: 'A4', margin: { top: '15mm', bottom: '15mm', left: '15mm', right: '15mm' } });
        assert.deepEqual(found, []);
      } finally {
        await page.leave();
      }
    });
  }
});

describe('budgets', () => {
  for (const { name, path } of all.filter(({ odd, tools, status }) => !odd && !tools && !status)) {
    test(name, async (t) => {
      const { cost, faults } = await budget(chromium, server.url + path);
      t.diagnostic(JSON.stringify(cost));
      assert.deepEqual(faults, []);
    });
  }
});
