import { ApolloClient, CombinedGraphQLErrors, HttpLink, InMemoryCache, type TypePolicies } from '@apollo/client';
import { PersistedQueryLink } from '@apollo/client/link/persisted-queries';
import { relayStylePagination } from '@apollo/client/utilities';
import { generatePersistedQueryIdsFromManifest, type PersistedQueryManifestForGeneratingPersistedQueryIds as Manifest } from '@apollo/persisted-query-lists';
import { graphql } from '../made/gql';
import type { FacetField, PostFilter, PostOrderField } from '../made/gql/graphql';
import possibleTypes from '../made/gql/possible-types';

/** Pages are joined by their edges, in a list of its own for each set of the other arguments. */
const pages = relayStylePagination((args) => Object.keys(args ?? {}).filter((name) => !['first', 'after', 'last', 'before'].includes(name)).sort());
const replaced = { merge: false }; // a list without pages: the newer one stands
const part = { merge: true }; // comes without an id: what a later answer adds joins what is there

export const typePolicies: TypePolicies = {
  Query: {
    fields: {
      posts: pages, search: pages, similarPosts: pages, entities: pages, tools: pages, changes: pages, scoreGroupsConnection: pages,
      nodes: replaced, facets: replaced, ranges: replaced, scoreGroups: replaced, entityTypes: replaced, suggestions: replaced, suggest: replaced, explainSearch: replaced,
    },
  },
  Post: { ...part, fields: { similar: pages, body: replaced } },
  Entity: { ...part, fields: { posts: pages, related: replaced } },
  Tool: { ...part, fields: { posts: pages, related: replaced } },
  PostMeta: part, Score: part, Revision: part, Flags: part, Payload: part, Image: part, ScoreStats: part, ScoreSummary: part, Release: part,
};

export interface Options {
  headers?: Record<string, string>;
  fetch?: typeof globalThis.fetch;
  /** Is told when answers begin to come from another release. */
  onRelease?: (name: string) => void;
}

/** A client that sends hashes in GET requests, which CDNs can keep, and the text once where the server does not know it. */
export function newClient(url: string, options: Options = {}) {
  return over(new PersistedQueryLink({ sha256, useGETForHashedQueries: true }), url, options);
}

/** A client of a server that knows the operations of a manifest (--trusted-documents): their ids alone are sent. */
export function newTrustedClient(url: string, loadManifest: () => Promise<Manifest>, options: Options = {}) {
  return over(new PersistedQueryLink({ ...generatePersistedQueryIdsFromManifest({ loadManifest }), useGETForHashedQueries: true }), url, options);
}

function over(ids: PersistedQueryLink, url: string, options: Options) {
  return new ApolloClient({
    link: ids.concat(new HttpLink({ uri: `${url}/graphql`, headers: options.headers, fetch: asking(options) })),
    cache: new InMemoryCache({ possibleTypes: possibleTypes.possibleTypes, typePolicies }),
  });
}

/**
 * Asks without a content-type where there is no body: browsers would ask for leave before each GET that names one.
 * Answers that a browser keeps are asked for by their tags, so that refetch() means what it says.
 */
function asking({ fetch = globalThis.fetch, onRelease }: Options): typeof globalThis.fetch {
  let [release, since] = ['', 0];
  return async (target, init) => {
    const headers = new Headers(init?.headers);
    if (init?.method === 'GET') headers.delete('content-type');
    const response = await fetch(target, { cache: 'no-cache', ...init, headers });
    const name = response.headers.get('release') ?? release;
    const at = Date.parse(response.headers.get('date') ?? '');
    if (at < since) return response; // what a CDN kept is older
    if (release && name !== release) onRelease?.(name);
    [release, since] = [name, at];
    return response;
  };
}

async function sha256(text: string) {
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text));
  return [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}

type Client = ReturnType<typeof newClient>;

export const Posts = graphql(`
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

export const Scores = graphql(`
  query ApolloScores($slug: String!) { tool(slug: $slug) { id scores { count quality { p50 } } } }
`);

const Means = graphql(`
  query ApolloMeans($slug: String!) { tool(slug: $slug) { scores { quality { mean } depth { mean } } } }
`);

export const readScores = (client: Client, slug: string) => client.query({ query: Scores, variables: { slug } });
export const readMeans = (client: Client, slug: string) => client.query({ query: Means, variables: { slug } });

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
