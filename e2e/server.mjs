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
 * stop it, which gives the exit code, and `command`, which runs another command in its data directory and gives what it printed;
 * the paths of the binary and of that directory.
 */
export const startServer = (...flags) => start(build(), flags);

/** As startServer, of a build with a tag. */
export const startTagged = (tag, ...flags) => start(build(tag), flags);

function build(tag) {
  const binary = join(made, tag ? `alphanode-${tag}` : 'alphanode');
  execFileSync('go', ['build', ...tag ? ['-tags', tag] : [], '-o', binary, '.'], { cwd: join(here, '..'), stdio: 'inherit' });
  return binary;
}

async function start(binary, flags) {
  const dir = mkdtempSync(join(tmpdir(), 'alphanode-e2e-'));
  const data = join(dir, 'data');
  const server = spawn(binary, ['serve', '--addr', '127.0.0.1:0', '--ops-addr', '', '--drain-delay', '0s', '--data', data, ...flags]);
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
  const command = (args, input) => execFileSync(binary, [...args, '--data', data], { input, encoding: 'utf8', maxBuffer: 1 << 30 });
  return { url, stop, command, binary, data };
}

/** Writes the schema as a server gives it into a file. */
export async function saveSchema(url, path) {
  writeFileSync(path, await (await fetch(`${url}/schema.graphqls`)).text());
}

/** Publishes posts, changed or new, over what is served, and waits until they are; gives the name of the release. */
export async function publish(server, posts) {
  server.command(['import', '-', '--publish'], posts.map((post) => JSON.stringify(post)).join('\n'));
  return served(server);
}

/** Waits until the server gives what is current in its data directory; gives the name of that. */
export async function served(server) {
  const releases = JSON.parse(server.command(['releases', '--json']));
  const { name } = releases.find(({ state }) => state === 'current');
  for (;;) {
    const { data } = await (await fetch(`${server.url}/v1/releases/current`)).json();
    if (data.name === name) return name;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
