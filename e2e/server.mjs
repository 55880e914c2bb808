// The server under test: the real binary, in a data directory of its own.
import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Builds and starts the server; gives its address and how to stop it. */
export async function startServer() {
  const dir = mkdtempSync(join(tmpdir(), 'alphanode-e2e-'));
  const binary = join(dir, 'alphanode');
  execFileSync('go', ['build', '-o', binary, '.'], { cwd: join(import.meta.dirname, '..'), stdio: 'inherit' });
  const server = spawn(binary, ['serve', '--addr', '127.0.0.1:0', '--ops-addr', '', '--drain-delay', '0s', '--data', join(dir, 'data')]);
  const url = await new Promise((resolve, reject) => {
    let said = '';
    server.stderr.on('data', (chunk) => {
      said += chunk;
      const listening = said.match(/listening on (http:\S+)/);
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
