// The examples of docs/graphql.md, as users copy them.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'graphql';

const page = readFileSync(join(import.meta.dirname, '..', 'docs', 'graphql.md'), 'utf8');

/** Gives each with variables for a post of the archive, but those that need others. */
export function examples(slug) {
  const known = { slug, since: 'r1', to: { post: slug } };
  return [...page.matchAll(/```graphql\n([\s\S]*?)```/g)].map(([, text]) => parse(text)).flatMap((document) => {
    const names = document.definitions.flatMap(({ variableDefinitions }) => variableDefinitions ?? []).filter(({ type }) => type.kind === 'NonNullType').map(({ variable }) => variable.name.value);
    if (names.some((name) => !(name in known))) return [];
    return [{ document, variables: Object.fromEntries(names.map((name) => [name, known[name]])) }];
  });
}
