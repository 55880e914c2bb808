// genqlient, the client of Go: it reads the schema, its code compiles, and walk_test.go asks a real server.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { startServer } from '../server.mjs';

const here = import.meta.dirname;
const go = (args, env = {}) => execFileSync('go', args, { cwd: here, env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'pipe'], encoding: 'utf8' });

test('genqlient generates, compiles and reads', async () => {
  mkdirSync(join(here, 'made'), { recursive: true });
  copyFileSync(join(here, '..', '..', 'schema.graphqls'), join(here, 'made', 'schema.graphqls'));
  go(['tool', 'genqlient']);
  const server = await startServer();
  try {
    go(['vet', './...']);
    console.log(go(['test', '-count=1', '-v', './...'], { ALPHANODE_URL: server.url }));
  } catch (error) {
    assert.fail(`${error.stdout}${error.stderr}`);
  } finally {
    assert.equal(await server.stop(), 0);
  }
});
