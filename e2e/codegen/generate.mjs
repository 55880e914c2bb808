// What graphql-codegen makes for Apollo Client, urql and the client without a library.
import { run } from '../typescript.mjs';

/** Generates into made/gql, from a file or from what a server tells of itself. */
export const generate = (schema) => run('graphql-codegen', ['--config', 'codegen/codegen.ts', '--silent'], { env: { SCHEMA: schema } });
