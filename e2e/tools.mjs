// Programs that are no packages of npm: what is not there is installed where that is allowed, else it is said.
import { execFileSync } from 'node:child_process';

const root = process.getuid?.() === 0;

/** Gives the path of a program under the first of its names that is there; root of a Debian installs its package. */
export function program(names, debian = names[0]) {
  let path = names.map(which).find(Boolean);
  if (!path && root && which('apt-get')) {
    execFileSync('apt-get', ['update', '-q'], { stdio: 'inherit' });
    execFileSync('apt-get', ['install', '-qy', '--no-install-recommends', debian], { stdio: 'inherit' });
    path = names.map(which).find(Boolean);
  }
  if (!path) throw new Error(`${debian} is missing: found none of ${names.join(', ')} in PATH. Install it.`);
  return path;
}

function which(name) {
  try {
    return execFileSync('sh', ['-c', `command -v ${name}`], { encoding: 'utf8' }).trim();
  } catch {
    return undefined;
  }
}
