// Fetches GraphiQL and what it needs from the registry of npm, for builds with the tag graphiql: four files, which git does
// not see. Each package is at a version and with a hash that are written here. `make graphiql` runs it.
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const packages = [
  { name: 'graphiql', version: '4.1.2', files: ['graphiql.min.css', 'graphiql.min.js'],
    integrity: 'sha512-rNlzQIAzm6i2KBXmVQWBgLvt0TloxFVB2d18bukvdsvjEuFDHsKx5IVOomL1W1o5WW+tE54+ioHb2AEKzO2cUg==' },
  { name: 'react', version: '18.2.0', files: ['umd/react.production.min.js'],
    integrity: 'sha512-/3IjMdb2L9QbBdWiW5e3P2/npwMBaU9mHCSCUzNln0ZCYbcfTsGbTJrU/kGemdH2IWmB2ioZ+zkxtmq6g09fGQ==' },
  { name: 'react-dom', version: '18.2.0', files: ['umd/react-dom.production.min.js'],
    integrity: 'sha512-6IMTriUmvsjHUjNtEDudZfuDQUoWXVxKHhlEGSk81n4YFS+r/Kl99wXiwlVXtPBtJenozv2P+hxDsw9eA7Xo6g==' },
];

const bundle = join(import.meta.dirname, 'bundle');
const folder = mkdtempSync(join(tmpdir(), 'graphiql-'));
try {
  mkdirSync(bundle, { recursive: true });
  for (const { name, version, files, integrity } of packages) {
    const said = execFileSync('npm', ['pack', `${name}@${version}`, '--json', '--ignore-scripts', '--pack-destination', folder], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] });
    const archive = join(folder, JSON.parse(said)[0].filename);
    const found = `sha512-${createHash('sha512').update(readFileSync(archive)).digest('base64')}`;
    if (found !== integrity) throw new Error(`${name}@${version}: found ${found}, expected ${integrity}`);
    for (const file of files) {
      const depth = file.split('/').length;
      execFileSync('tar', ['-xzf', archive, '-C', bundle, `--strip-components=${depth}`, `package/${file}`]);
    }
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
