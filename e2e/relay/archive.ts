import { Suspense, createElement, useEffect, type ReactNode } from 'react';
import { RelayEnvironmentProvider, graphql, useLazyLoadQuery, usePaginationFragment, useRefetchableFragment } from 'react-relay';
import { fetchQuery, type Environment } from 'relay-runtime';
import type { archiveListQuery, PostFilter } from './made/artifacts/archiveListQuery.graphql';
import type { archiveList_query$key } from './made/artifacts/archiveList_query.graphql';
import type { archiveListRefetch } from './made/artifacts/archiveListRefetch.graphql';
import type { archivePostQuery } from './made/artifacts/archivePostQuery.graphql';
import type { archiveTool_tool$key } from './made/artifacts/archiveTool_tool.graphql';
import type { archiveToolQuery } from './made/artifacts/archiveToolQuery.graphql';
import type { archiveToolRefetch } from './made/artifacts/archiveToolRefetch.graphql';

const listQuery = graphql`
  query archiveListQuery($filter: PostFilter, $count: Int!) {
    ...archiveList_query @arguments(filter: $filter, count: $count)
  }
`;

const listFragment = graphql`
  fragment archiveList_query on Query
  @refetchable(queryName: "archiveListRefetch")
  @argumentDefinitions(filter: { type: "PostFilter" }, count: { type: "Int!" }, cursor: { type: "String" }) {
    posts(filter: $filter, orderBy: { field: QUALITY, direction: DESC }, first: $count, after: $cursor) @connection(key: "archiveList_posts") {
      totalCount
      edges { node { id slug title meta { score { quality } } } }
    }
  }
`;

/** A list that reads its next page until there is none. */
function List({ filter, show }: { filter: PostFilter; show: (slugs: string[], total: number) => void }) {
  const query = useLazyLoadQuery<archiveListQuery>(listQuery, { filter, count: 100 });
  const { data, hasNext, isLoadingNext, loadNext } = usePaginationFragment<archiveListRefetch, archiveList_query$key>(listFragment, query);
  useEffect(() => {
    if (hasNext && !isLoadingNext) loadNext(100);
    if (!hasNext) show(data.posts.edges.map(({ node }) => node.slug), data.posts.totalCount);
  });
  return null;
}

const toolFragment = graphql`
  fragment archiveTool_tool on Tool
  @refetchable(queryName: "archiveToolRefetch")
  @argumentDefinitions(count: { type: "Int", defaultValue: 5 }, cursor: { type: "String" }) {
    name
    posts(first: $count, after: $cursor) @connection(key: "archiveTool_posts") { totalCount edges { node { slug } } }
  }
`;

/** The posts of a tool: Relay asks for more of them by the tool's node(id). */
function ToolPosts({ tool, show }: { tool: archiveTool_tool$key; show: (slugs: string[], total: number) => void }) {
  const { data, hasNext, isLoadingNext, loadNext } = usePaginationFragment<archiveToolRefetch, archiveTool_tool$key>(toolFragment, tool);
  useEffect(() => {
    if (hasNext && !isLoadingNext) loadNext(100);
    if (!hasNext) show(data.posts.edges.map(({ node }) => node.slug), data.posts.totalCount);
  });
  return null;
}

const toolQuery = graphql`
  query archiveToolQuery($slug: String!) { tool(slug: $slug) { ...archiveTool_tool } }
`;

function ToolPage({ slug, show }: { slug: string; show: (slugs: string[], total: number) => void }) {
  const { tool } = useLazyLoadQuery<archiveToolQuery>(toolQuery, { slug });
  return tool ? createElement(ToolPosts, { tool, show }) : null;
}

const inside = (environment: Environment, child: ReactNode) =>
  createElement(RelayEnvironmentProvider, { environment, children: createElement(Suspense, { fallback: null }, child) });

export const list = (environment: Environment, filter: PostFilter, show: (slugs: string[], total: number) => void) =>
  inside(environment, createElement(List, { filter, show }));
export const tool = (environment: Environment, slug: string, show: (slugs: string[], total: number) => void) =>
  inside(environment, createElement(ToolPage, { slug, show }));

const postQuery = graphql`
  query archivePostQuery($slug: String!, $fields: [FacetField!]!, $to: SimilarTo!) {
    post(slug: $slug) {
      title
      body {
        __typename
        ... on HeadingBlock { level text }
        ... on ParagraphBlock { text }
        ... on ListBlock { ordered items { text } }
      }
      meta { tools { related(first: 5) { node { __typename ...archiveTerm_term @relay(mask: false) } } } }
    }
    facets(by: $fields, first: 2) { field buckets { slug count } }
    similarPosts(to: $to, first: 2) { nodes { slug } }
  }
`;

export const termFragment = graphql`
  fragment archiveTerm_term on Term { id name ... on Entity { type } }
`;

/** One post, some counts, and posts like another one. */
export const readPost = (environment: Environment, variables: archivePostQuery['variables']) =>
  fetchQuery<archivePostQuery>(environment, postQuery, variables).toPromise();
