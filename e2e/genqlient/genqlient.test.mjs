// genqlient, the client of Go: it reads the schema, its code compiles, and walk_test.go asks a real server.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { saveSchema, startServer } from '../server.mjs';

const here = import.meta.dirname;
const go = (args, env = {}) => execFileSync('go', args, { cwd: here, env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'pipe'], encoding: 'utf8' });

test('genqlient generates, compiles and reads', async (t) => {
  const server = await startServer();
  t.after(async () => assert.equal(await server.stop(), 0));
  mkdirSync(join(here, 'made'), { recursive: true });
  await saveSchema(server.url, join(here, 'made', 'schema.graphqls'));
  try {
    go(['tool', 'genqlient']);
    go(['vet', './...']);
    console.log(go(['test', '-count=1', '-v', './...'], { ALPHANODE_URL: server.url }));
  } catch (error) {
    assert.fail(`${error.stdout}${error.stderr}`);
  }
});
