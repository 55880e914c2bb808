// The types that openapi-typescript makes of the API description of a server.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { made } from '../server.mjs';
import { run } from '../typescript.mjs';

/** Saves the description as made/openapi.json, and its types as openapi/made/api.d.ts. */
export async function generate(url) {
  await save(url, 'openapi.json');
  const folder = join(import.meta.dirname, 'made');
  mkdirSync(folder, { recursive: true });
  await run('openapi-typescript', [join(made, 'openapi.json'), '--output', join(folder, 'api.d.ts')]);
}

/** Saves the description under a name in made/. */
export async function save(url, name) {
  writeFileSync(join(made, name), await (await fetch(`${url}/openapi.json`)).text());
}
