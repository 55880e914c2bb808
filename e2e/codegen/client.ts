// A client without a library: generated types, and fetch.
import type { ResultOf, TypedDocumentNode, VariablesOf } from '@graphql-typed-document-node/core';
import { graphql, useFragment, type FragmentType } from '../made/gql';

export const Card = graphql(`
  fragment Card on Post { slug title updated meta { readingTime tools { slug name } } }
`);

export const Page = graphql(`
  query Page($filter: PostFilter, $by: PostOrderField!, $first: Int, $after: String) {
    posts(filter: $filter, orderBy: { field: $by, direction: ASC }, first: $first, after: $after) {
      totalCount
      pageInfo { hasNextPage endCursor }
      nodes { slug ...Card }
    }
  }
`);

/** Asks by the hash that the generator gave the document: the server has the text in a file of --trusted-documents. */
export async function askById<D extends TypedDocumentNode<any, any>>(url: string, document: D, variables: VariablesOf<D>): Promise<ResultOf<D>> {
  const { __meta__: meta } = document as { __meta__?: { hash: string } };
  const response = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'application/graphql-response+json' },
    body: JSON.stringify({ documentId: meta?.hash, variables }),
  });
  const { data, errors } = (await response.json()) as { data?: ResultOf<D>; errors?: { message: string }[] };
  if (errors?.length || !data) throw new Error(`${response.status} ${errors?.[0]?.message}`);
  return data;
}

/** Reads what only the fragment may see. */
export function cardTitle(card: FragmentType<typeof Card>): string {
  return useFragment(Card, card).title;
}
