import type { CodegenConfig } from '@graphql-codegen/cli';
import { addTypenameSelectionDocumentTransform } from '@graphql-codegen/client-preset';

const config: CodegenConfig = {
  schema: process.env.SCHEMA ?? 'http://localhost:8080/graphql',
  documents: ['apollo/*.ts', 'urql/*.ts', 'codegen/client.ts'],
  generates: {
    'made/gql/': {
      preset: 'client',
      presetConfig: { persistedDocuments: { hashAlgorithm: 'sha256' } },
      documentTransforms: [addTypenameSelectionDocumentTransform],
      config: {
        strictScalars: true,
        scalars: { Long: 'number', JSON: 'unknown', Date: 'string', DateTime: 'string', Bound: { input: 'number | string', output: 'number | string' } },
      },
    },
    'made/gql/schema.json': { plugins: ['introspection'], config: { minify: true, descriptions: false } },
    'made/gql/possible-types.ts': { plugins: ['fragment-matcher'] },
  },
};

export default config;
