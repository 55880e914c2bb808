// What every client in TypeScript goes through: its tools from node_modules, the strict compiler, and a bundle that node
// or a browser runs.
import { execFile } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { build } from 'esbuild';
import { made } from './server.mjs';

const here = import.meta.dirname;

/** Runs a command of a package in one of the folders; gives what it printed, and fails with that where the command fails. */
export async function run(command, args = [], { env = {}, folder = '.' } = {}) {
  try {
    const { stdout } = await promisify(execFile)(join(here, 'node_modules', '.bin', command), args, { cwd: join(here, folder), env: { ...process.env, ...env } });
    return stdout;
  } catch (error) {
    throw new Error(`${command} ${args.join(' ')} failed:\n${error.stdout}${error.stderr}`);
  }
}

/** Compiles one client's sources with tsc, strict, and what was generated for it. */
export async function typecheck(folder) {
  await run('tsc', ['--project', join(here, folder, 'tsconfig.json')]);
}

/**
 * Bundles one file, for node or a browser; gives the path of the bundle. With `whole` its packages are in it, as their
 * developers see them, warnings and all.
 */
export async function bundle(entry, { platform = 'node', whole = platform === 'browser', plugins = [], name = entry } = {}) {
  const outfile = join(made, 'bundles', `${name.replaceAll('/', '-')}.mjs`);
  mkdirSync(join(made, 'bundles'), { recursive: true });
  await build({
    entryPoints: [join(here, entry)], outfile, bundle: true, format: 'esm', platform, plugins, logLevel: 'error',
    ...(whole ? { conditions: ['development'], define: { 'process.env.NODE_ENV': '"development"' } } : { packages: 'external', define: { 'process.env.NODE_ENV': '"production"' } }),
  });
  return outfile;
}

/** Bundles one file and gives what it exports. */
export const load = async (entry, options) => import(pathToFileURL(await bundle(entry, options)).href);
