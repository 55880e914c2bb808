// A client whose types are made from the API description, as its users would write it.
import createClient, { type ClientOptions } from 'openapi-fetch';
import type { components, paths } from './made/api';

/** What `fields` asks for of a summary: the description says what is there without it. */
export type Row = Pick<components['schemas']['Summary'], 'slug' | 'title' | 'score'>;
export type Problem = components['schemas']['Problem'];

export const newClient = (baseUrl: string, options: ClientOptions = {}) => createClient<paths>({ baseUrl, ...options });
export type Client = ReturnType<typeof newClient>;

/** Walks all posts with any of some tools, page by page. */
export async function walk(client: Client, tools: string[]): Promise<Row[]> {
  const rows: Row[] = [];
  for (let after: string | null | undefined; after !== null;) {
    const { data, error } = await client.GET('/v1/summaries', {
      params: { query: { tool: tools, fields: ['slug', 'title', 'score.quality'], sort: '-quality', limit: 100, after } },
    });
    if (error) throw new Error(error.detail);
    rows.push(...data.data);
    after = data.page.after;
  }
  return rows;
}

/** Counts posts by some fields, and by ranges. */
export async function counts(client: Client) {
  const facets = await client.GET('/v1/facets', { params: { query: { by: ['tool', 'difficulty'], limit: 3 } } });
  const ranges = await client.GET('/v1/ranges', { params: { query: { by: ['quality', 'updated'], 'quality.bounds': [50, 80], 'updated.interval': 'year' } } });
  const tool = await client.GET('/v1/tools/{slug}', { params: { path: { slug: 'git' }, query: { include: ['scores', 'related'] } } });
  return { facets: facets.data?.data, ranges: ranges.data?.data, tool: tool.data?.data };
}

/** Asks for what is not there, and for what is no question: both are problems, in types too. */
export async function faults(client: Client): Promise<(Problem | undefined)[]> {
  const missing = await client.GET('/v1/posts/{slug}', { params: { path: { slug: 'no-such-post' } } });
  const wrong = await client.GET('/v1/posts', { params: { query: { limit: 500 } } });
  return [missing.error, wrong.error];
}

/** A name that lists several: the answer says how to ask. */
export async function meant(client: Client): Promise<string | undefined> {
  const { data } = await client.GET('/v1/posts', { params: { query: { tool: ['git,psql'] } } });
  return data?.suggestions?.[0]?.instead;
}

/** A post with all its blocks, told apart by their types. */
export async function headings(client: Client, slug: string): Promise<string[]> {
  const { data, error } = await client.GET('/v1/posts/{slug}', { params: { path: { slug }, query: { include: ['similar'] } } });
  if (error) throw new Error(error.detail);
  return data.data.body.flatMap((block) => (block.type === 'heading' ? [block.text] : []));
}
