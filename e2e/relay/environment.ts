import { Environment, Network, RecordSource, Store, type GraphQLResponse } from 'relay-runtime';

/** Sends the id of a document that the server knows by its file of --trusted-documents. */
export function newEnvironment(url: string) {
  const network = Network.create(async ({ id, text }, variables) => {
    const response = await fetch(`${url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept: 'application/graphql-response+json' },
      body: JSON.stringify(id ? { documentId: id, variables } : { query: text, variables }),
    });
    return (await response.json()) as GraphQLResponse;
  });
  return new Environment({ network, store: new Store(new RecordSource()) });
}
