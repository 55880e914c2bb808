// The requests that a page shows, run as they stand.
import { execFile, execFileSync } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const folder = join(import.meta.dirname, 'made', 'samples');

/** The samples of a page, as a reader would copy them: face, language and text. */
export const samples = (page) => page.evaluate(() => [...document.querySelectorAll('.request .sample')].map((sample) => {
  const [face, language] = sample.querySelector('[aria-label]').getAttribute('aria-label').split(' as ');
  return { face, language, text: sample.querySelector('code').textContent };
}));

/** Runs samples in bash, Node and Go, all programs of Go built at once; adds to each what it `printed`, read as JSON. */
export async function runAll(samples) {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const programs = samples.filter(({ language }) => language === 'Go');
  if (programs.length > 0) {
    writeFileSync(join(folder, 'go.mod'), 'module samples\n\ngo 1.24\n');
    for (const [at, sample] of programs.entries()) {
      sample.binary = join(folder, `bin/p${at}`);
      mkdirSync(join(folder, `p${at}`));
      writeFileSync(join(folder, `p${at}`, 'main.go'), sample.text);
    }
    mkdirSync(join(folder, 'bin'));
    execFileSync('go', ['build', '-ldflags=-s -w', '-o', 'bin/', './...'], { cwd: folder, stdio: 'inherit' });
  }
  const queue = samples.values();
  await Promise.all([1, 2].map(async () => {
    for (const sample of queue) {
      const { stdout } = await run(...command(sample), { cwd: folder, maxBuffer: 1 << 26 });
      try {
        sample.printed = JSON.parse(stdout);
      } catch {
        throw new Error(`${sample.face} as ${sample.language} printed no JSON but ${stdout.slice(0, 300)}:\n${sample.text}`);
      }
    }
  }));
}

function command({ language, text, binary }) {
  switch (language) {
    case 'curl': return ['bash', ['-c', text]];
    case 'fetch': return [process.execPath, ['--input-type=module', '--eval', text]];
    case 'Go': return [binary, []];
  }
  throw new Error(`a sample in ${language}, which nobody knows to run`);
}

/** The total and the slugs in order that an answer of either face has, as far as it is a list of posts. */
export function listed(answer) {
  const { data, page } = answer;
  if (Array.isArray(data)) return { total: page?.total, slugs: data.map((row) => (row.post ?? row).slug) };
  for (const part of Object.values(data ?? {})) {
    const nodes = part?.nodes ?? part?.edges?.map(({ node }) => node);
    if (nodes && 'totalCount' in part) return { total: part.totalCount, slugs: nodes.map(({ slug }) => slug) };
  }
  return {};
}
