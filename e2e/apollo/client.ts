import { ApolloClient, CombinedGraphQLErrors, HttpLink, InMemoryCache } from '@apollo/client';
import { PersistedQueryLink } from '@apollo/client/link/persisted-queries';
import { relayStylePagination } from '@apollo/client/utilities';
import { generatePersistedQueryIdsFromManifest, type PersistedQueryManifestForGeneratingPersistedQueryIds as Manifest } from '@apollo/persisted-query-lists';
import { graphql } from '../made/gql';
import type { FacetField, PostFilter, PostOrderField } from '../made/gql/graphql';
import possibleTypes from '../made/gql/possible-types';

export interface Options {
  headers?: Record<string, string>;
  fetch?: typeof fetch;
}

/** A client that sends hashes in GET requests, which CDNs can keep, and the text once where the server does not know it. */
export function newClient(url: string, { headers, fetch }: Options = {}) {
  const persisted = new PersistedQueryLink({ sha256, useGETForHashedQueries: true });
  return new ApolloClient({
    link: persisted.concat(new HttpLink({ uri: `${url}/graphql`, headers, fetch })),
    cache: new InMemoryCache({
      possibleTypes: possibleTypes.possibleTypes, // for fragments on Node, Term and Block
      typePolicies: { Query: { fields: { posts: relayStylePagination(['filter', 'orderBy']) } } },
    }),
  });
}

async function sha256(text: string) {
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text));
  return [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** A client of a server that knows the operations of a manifest (--trusted-documents): their ids alone are sent. */
export function newTrustedClient(url: string, loadManifest: () => Promise<Manifest>) {
  const ids = new PersistedQueryLink(generatePersistedQueryIdsFromManifest({ loadManifest }));
  return new ApolloClient({
    link: ids.concat(new HttpLink({ uri: `${url}/graphql` })),
    cache: new InMemoryCache({
      possibleTypes: possibleTypes.possibleTypes,
      typePolicies: { Query: { fields: { posts: relayStylePagination(['filter', 'orderBy']) } } },
    }),
  });
}

type Client = ReturnType<typeof newClient>;

const Posts = graphql(`
  query ApolloPosts($filter: PostFilter, $by: PostOrderField!, $after: String) {
    posts(filter: $filter, orderBy: { field: $by, direction: ASC }, first: 100, after: $after) {
      totalCount
      pageInfo { hasNextPage endCursor }
      edges { cursor node { id slug ...ApolloCard } }
    }
  }
`);

graphql(`
  fragment ApolloCard on Post { title meta { difficulty tools { id name } } }
`);

/** Reads a whole list page by page; the cache joins the pages. */
export async function walk(client: Client, filter: PostFilter, by: PostOrderField) {
  const list = client.watchQuery({ query: Posts, variables: { filter, by } });
  let page = await list.refetch();
  while (page.data!.posts.pageInfo.hasNextPage) {
    page = await list.fetchMore({ variables: { after: page.data!.posts.pageInfo.endCursor } });
  }
  return client.readQuery({ query: Posts, variables: { filter, by } })!.posts;
}

const Post = graphql(`
  query ApolloPost($slug: String!) {
    post(slug: $slug) {
      id title
      body {
        ... on HeadingBlock { level text }
        ... on ParagraphBlock { text html }
        ... on CodeBlock { language source }
        ... on ListBlock { ordered items { text } }
        ... on ImageBlock { url caption }
        ... on QuoteBlock { text }
        ... on HtmlBlock { html }
      }
      meta { viewCount extra tools { ...ApolloTerm related(first: 5, kind: ENTITY) { count node { __typename ...ApolloTerm } } } }
    }
  }
`);

graphql(`
  fragment ApolloTerm on Term { id name postCount ... on Entity { type } }
`);

export const readPost = (client: Client, slug: string) => client.query({ query: Post, variables: { slug } });

const Again = graphql(`
  query ApolloAgain($ids: [ID!]!) { nodes(ids: $ids) { __typename id ... on Post { slug } ...ApolloTerm } }
`);

export const again = (client: Client, ids: string[]) => client.query({ query: Again, variables: { ids } });

const Counts = graphql(`
  query ApolloCounts($by: [FacetField!]!, $first: Int = 3) { facets(by: $by, first: $first) { field distinct buckets { slug count } } }
`);

/** Lists of enums; one value alone becomes a list. */
export const counts = (client: Client, by: FacetField[] | FacetField) => client.query({ query: Counts, variables: { by } });

/** The code of what went wrong, and whether to ask again. */
export async function codeOf(asked: Promise<unknown>) {
  try {
    await asked;
  } catch (error) {
    if (CombinedGraphQLErrors.is(error)) return error.errors[0]!.extensions as { code: string; retryable: boolean };
    throw error;
  }
}

const Similar = graphql(`
  query ApolloSimilar($to: SimilarTo!) { similarPosts(to: $to, first: 3) { totalCount edges { similarity shared { kind name } node { id slug } } } }
`);

export const similar = (client: Client, slug: string) => client.query({ query: Similar, variables: { to: { post: slug } } });
