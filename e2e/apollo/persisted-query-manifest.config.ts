import { fromGraphQLCodegenPersistedDocuments, type PersistedQueryManifestConfig } from '@apollo/generate-persisted-query-manifest';

const config: PersistedQueryManifestConfig = {
  documents: fromGraphQLCodegenPersistedDocuments('made/gql/persisted-documents.json'),
  output: 'made/persisted-query-manifest.json',
};

export default config;
