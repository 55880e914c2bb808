// What graphql-codegen makes for Apollo Client, urql and the client without a library.
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { made } from '../server.mjs';
import { run } from '../typescript.mjs';

const stamp = join(made, 'gql.stamp');

/** Generates into made/gql, from a file or from what a server tells of itself. */
export const generate = (schema) => run('graphql-codegen', ['--config', 'codegen/codegen.ts', '--silent'], { env: { SCHEMA: schema } });

/** Generates for a server, unless that was done of the same schema and sources. */
export async function generated(url) {
  const now = createHash('sha256').update(await (await fetch(`${url}/schema.graphqls`)).text());
  for (const folder of ['apollo', 'codegen', 'urql']) {
    for (const file of readdirSync(join(import.meta.dirname, '..', folder))) {
      if (file.endsWith('.ts')) now.update(readFileSync(join(import.meta.dirname, '..', folder, file)));
    }
  }
  const digest = now.digest('hex');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === digest) return;
  await generate(`${url}/graphql`);
  writeFileSync(stamp, digest);
}
