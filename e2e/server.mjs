// The server under test: the real binary, in a data directory of its own.
import { execFileSync, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const here = import.meta.dirname;

/** The folder for what a run makes; git does not see it. */
export const made = join(here, 'made');
mkdirSync(made, { recursive: true });

/**
 * Builds and starts the server, with 2,000 synthetic posts and further flags of `serve`; gives its address and how to
 * stop it, which gives the exit code.
 */
export async function startServer(...flags) {
  const binary = join(made, 'alphanode');
  execFileSync('go', ['build', '-o', binary, '.'], { cwd: join(here, '..'), stdio: 'inherit' });
  const dir = mkdtempSync(join(tmpdir(), 'alphanode-e2e-'));
  const server = spawn(binary, ['serve', '--addr', '127.0.0.1:0', '--ops-addr', '', '--drain-delay', '0s', '--data', join(dir, 'data'), ...flags]);
  const url = await new Promise((resolve, reject) => {
    let said = '';
    server.stderr.on('data', (chunk) => {
      said += chunk;
      const listening = said.match(/listening on (https?:\S+)/);
      if (listening) resolve(listening[1]);
    });
    server.on('exit', (code) => reject(new Error(`the server ended with ${code}:\n${said}`)));
  });
  const stop = async () => {
    const ended = new Promise((resolve) => server.on('exit', resolve));
    server.kill('SIGTERM');
    const code = await ended;
    rmSync(dir, { recursive: true, force: true });
    return code;
  };
  return { url, stop };
}

/** Writes the schema as a server gives it into a file. */
export async function saveSchema(url, path) {
  writeFileSync(path, await (await fetch(`${url}/schema.graphqls`)).text());
}
