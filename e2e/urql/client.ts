import { Client, fetchExchange, type CombinedError, type OperationResult } from '@urql/core';
import { cacheExchange, type KeyingConfig } from '@urql/exchange-graphcache';
import { relayPagination } from '@urql/exchange-graphcache/extras';
import { persistedExchange } from '@urql/exchange-persisted';
import { graphql, useFragment } from '../made/gql';
import type { FacetField, PostFilter, PostOrderField, UrqlPostsQuery } from '../made/gql/graphql';
import schema from '../made/gql/schema.json';

export interface Options {
  headers?: Record<string, string>;
  fetch?: typeof fetch;
}

/** What comes without an id is a part of what it stands in: types that have none, and what is selected without it. urql warns of each otherwise. */
const keys: KeyingConfig = Object.fromEntries(schema.__schema.types
  .filter(({ kind }) => kind === 'OBJECT')
  .map(({ name }) => [name, ({ id }) => (typeof id === 'string' ? id : null)]));

const pages = relayPagination();

const cache = () => cacheExchange({
  schema, keys,
  resolvers: {
    Query: { posts: pages, search: pages, similarPosts: pages, entities: pages, tools: pages, changes: pages, scoreGroupsConnection: pages },
    Post: { similar: pages },
    Entity: { posts: pages },
    Tool: { posts: pages },
  },
});

/** A client that asks by GET, by the hashes of its queries, and joins pages in its cache. */
export function newClient(url: string, { headers, fetch }: Options = {}) {
  return new Client({
    url: `${url}/graphql`,
    preferGetMethod: 'within-url-limit',
    exchanges: [cache(), persistedExchange({ preferGetForPersistedQueries: true }), fetchExchange],
    fetchOptions: { headers },
    fetch,
  });
}

/** Of a server that knows the documents of made/gql/persisted-documents.json (--trusted-documents): their ids alone are sent. */
export function newTrustedClient(url: string) {
  return new Client({
    url: `${url}/graphql`,
    exchanges: [
      cache(),
      persistedExchange({ enforcePersistedQueries: true, generateHash: async (_, document) => (document as { __meta__?: { hash: string } }).__meta__!.hash }),
      fetchExchange,
    ],
    preferGetMethod: false,
  });
}

const Posts = graphql(`
  query UrqlPosts($filter: PostFilter, $by: PostOrderField!, $after: String) {
    posts(filter: $filter, orderBy: { field: $by, direction: DESC }, first: 100, after: $after) {
      totalCount
      pageInfo { hasNextPage endCursor }
      edges { cursor node { id slug ...UrqlCard } }
    }
  }
`);

const Card = graphql(`
  fragment UrqlCard on Post { title updated meta { score { quality } tools { id name } } }
`);

/** Reads a whole list page by page: each answer of the cache has all pages so far. */
export async function walk(client: Client, filter: PostFilter, by: PostOrderField) {
  let after: string | null | undefined;
  for (;;) {
    const { data, error }: OperationResult<UrqlPostsQuery> = await client.query(Posts, { filter, by, after });
    if (!data) throw error;
    after = data.posts.pageInfo.endCursor;
    if (!data.posts.pageInfo.hasNextPage) return data.posts.edges.map(({ node }) => ({ id: node.id, ...useFragment(Card, node) }));
  }
}

const Post = graphql(`
  query UrqlPost($slug: String!) {
    post(slug: $slug) {
      id title
      body {
        __typename
        ... on HeadingBlock { level text }
        ... on ParagraphBlock { text html }
        ... on CodeBlock { language source }
        ... on ListBlock { ordered items { text } }
      }
      meta { viewCount extra tools { ...UrqlTerm related(first: 5) { count node { __typename ...UrqlTerm } } } }
    }
  }
`);

graphql(`
  fragment UrqlTerm on Term { id name postCount ... on Entity { type } }
`);

export const readPost = (client: Client, slug: string) => client.query(Post, { slug }).toPromise();

const Again = graphql(`
  query UrqlAgain($id: ID!) { node(id: $id) { __typename id ... on Post { slug } ...UrqlTerm } }
`);

export const again = (client: Client, id: string) => client.query(Again, { id }).toPromise();

const Counts = graphql(`
  query UrqlCounts($by: [FacetField!]!, $filter: PostFilter) { facets(by: $by, filter: $filter, first: 3) { field distinct buckets { slug count } } }
`);

export const counts = (client: Client, by: FacetField[] | FacetField, filter: PostFilter = {}) => client.query(Counts, { by, filter }).toPromise();

const Search = graphql(`
  query UrqlSearch($after: String) {
    search(query: "cache", first: 5, after: $after) { totalCount pageInfo { hasNextPage endCursor } edges { score highlights { field html } node { id ...UrqlCard } } }
  }
`);

const Similar = graphql(`
  query UrqlSimilar($to: SimilarTo!, $after: String) {
    similarPosts(to: $to, first: 5, after: $after) {
      totalCount pageInfo { hasNextPage endCursor } suggestions { value nearest } edges { similarity shared { kind name } node { id ...UrqlCard } }
    }
  }
`);

const Tool = graphql(`
  query UrqlTool($after: String) {
    tool(slug: "git") {
      scores { count quality { mean histogram { from to count } } }
      posts(first: 5, after: $after) { totalCount pageInfo { hasNextPage endCursor } edges { node { id ...UrqlCard } } }
    }
  }
`);

export const search = async (client: Client, after?: string) => (await client.query(Search, { after })).data!.search;
export const similar = async (client: Client, after?: string) => (await client.query(Similar, { to: { terms: { tools: ['git'] } }, after })).data!.similarPosts;
export const toolPosts = async (client: Client, after?: string) => (await client.query(Tool, { after })).data!.tool!.posts;

/** The code of what went wrong; undefined where the server was not reached. */
export const codeOf = (error: CombinedError | undefined) => error?.graphQLErrors[0]?.extensions.code as string | undefined;
