// A client without a library: generated types, and fetch.
import type { TypedDocumentNode } from '@graphql-typed-document-node/core';
import { graphql, useFragment, type FragmentType } from '../made/gql';

export const Card = graphql(`
  fragment Card on Post { slug title updated meta { readingTime tools { slug name } } }
`);

export const Page = graphql(`
  query Page($filter: PostFilter, $by: PostOrderField!, $first: Int, $after: String) {
    posts(filter: $filter, orderBy: { field: $by, direction: ASC }, first: $first, after: $after) {
      totalCount
      pageInfo { hasNextPage endCursor }
      edges { node { slug ...Card } }
    }
  }
`);

/** Asks by the hash that the generator gave the document: the server has the text in a file of --trusted-documents. */
export async function askById<Result, Variables>(url: string, document: TypedDocumentNode<Result, Variables>, variables: Variables): Promise<Result> {
  const { __meta__: meta } = document as { __meta__?: { hash: string } };
  const response = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'application/graphql-response+json' },
    body: JSON.stringify({ documentId: meta?.hash, variables }),
  });
  const { data, errors } = (await response.json()) as { data?: Result; errors?: { message: string }[] };
  if (errors?.length || !data) throw new Error(`${response.status} ${errors?.[0]?.message}`);
  return data;
}

export const Facts = graphql(`
  query Facts($slug: String!, $by: [RangeBy!]!) {
    post(slug: $slug) { meta { viewCount extra } }
    ranges(by: $by) { buckets { from to count } }
    release { publishedAt }
  }
`);

/** The scalars of the archive as codegen.ts types them: views are a number, a bound is a number or a day, JSON is looked at before it is used. */
export async function facts(url: string, slug: string) {
  const { post, ranges, release } = await askById(url, Facts, { slug, by: [{ field: 'QUALITY', bounds: [60, 80] }, { field: 'UPDATED', bounds: ['2024-01-01'] }] });
  const extra = post?.meta.extra;
  return {
    views: (post?.meta.viewCount ?? 0) + 1,
    extra: typeof extra === 'object' && extra ? Object.keys(extra) : [],
    bounds: ranges.flatMap(({ buckets }) => buckets.map(({ to }) => (typeof to === 'number' ? to.toFixed() : to?.slice(0, 4)))),
    published: new Date(release.publishedAt ?? 0).getFullYear(),
  };
}

/** Reads what only the fragment may see. */
export function cardTitle(card: FragmentType<typeof Card>): string {
  return useFragment(Card, card).title;
}
