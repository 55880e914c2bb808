// What a page of another origin does. The test calls these functions in a browser, which asks before most of them.
import * as apollo from '../apollo/client';
import * as urql from '../urql/client';

const filter = { tool: { in: ['git', 'docker'] }, quality: { gte: 85 } };

/** Headers that tracing, error reports and clients put on requests by themselves. */
const headers = {
  traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
  tracestate: 'vendor=1',
  baggage: 'sentry-environment=production,sentry-release=1',
  'sentry-trace': '0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-1',
  'apollographql-client-name': 'web',
  'apollographql-client-version': '1.2.3',
  'apollo-require-preflight': 'true',
  'x-apollo-operation-name': 'ApolloPosts',
  'x-requested-with': 'XMLHttpRequest',
  'x-datadog-trace-id': '1',
  'cache-control': 'no-cache',
  pragma: 'no-cache',
};

const told = (response: Response) => Object.fromEntries(response.headers);

export const page = {
  async apollo(url: string) {
    const list = await apollo.walk(apollo.newClient(url, { headers }), filter, 'TITLE');
    return { total: list.totalCount, found: new Set(list.edges.map(({ node }) => node.id)).size };
  },

  async urql(url: string) {
    const posts = await urql.walk(urql.newClient(url, { headers }), filter, 'QUALITY');
    return posts.length;
  },

  /** Lists and a post, as a page that adds no headers asks for them; tells whether the cache lost a list, and whether each answer named its release. */
  async simple(url: string) {
    let told = true;
    const noting: typeof fetch = async (...asked) => {
      const response = await fetch(...asked);
      told &&= response.headers.has('release');
      return response;
    };
    const client = apollo.newClient(url, { fetch: noting });
    const list = await apollo.walk(client, filter, 'TITLE');
    await apollo.readPost(client, list.edges[0]!.node.slug);
    const again = client.readQuery({ query: apollo.Posts, variables: { filter, by: 'TITLE' } });
    await urql.walk(urql.newClient(url, { fetch: noting }), filter, 'QUALITY');
    return { lost: again?.posts.edges.length !== list.totalCount, told };
  },

  /** Pages of REST by their Link headers. */
  async rest(url: string) {
    const slugs = new Set<string>();
    let next: string | undefined = `${url}/v1/summaries?limit=100&sort=-quality&quality.gte=85`;
    let first: Record<string, string> | undefined;
    while (next) {
      const response: Response = await fetch(next, { headers: { traceparent: headers.traceparent, accept: 'application/json' } });
      first ??= told(response);
      for (const { slug } of (await response.json()).data) slugs.add(slug);
      const link: string | undefined = response.headers.get('link')?.match(/<([^>]+)>; rel="next"/)?.[1];
      next = link && new URL(link, url).href;
    }
    return { slugs: slugs.size, headers: first };
  },

  /** A stream that was broken off after some lines, and goes on from there. */
  async stream(url: string) {
    const target = `${url}/v1/posts.ndjson?quality.gte=85`;
    const whole = await fetch(target);
    const lines = (await whole.text()).trimEnd().split('\n');
    const etag = whole.headers.get('etag')!;
    const rest = await fetch(target, { headers: { range: 'lines=10-', 'if-range': etag } });
    const behind = (await rest.text()).trimEnd().split('\n');
    return { status: rest.status, range: rest.headers.get('content-range'), count: whole.headers.get('post-count'),
      goesOn: JSON.stringify(behind) === JSON.stringify(lines.slice(10)) };
  },

  /** A page that keeps answers by itself. */
  async conditional(url: string) {
    const target = `${url}/v1/posts?limit=2`;
    const options = { cache: 'no-store' as const };
    const etag = (await fetch(target, options)).headers.get('etag')!;
    const again = await fetch(target, { ...options, headers: { 'if-none-match': etag } });
    const changed = await fetch(target, { ...options, headers: { 'if-none-match': '"another"', 'if-modified-since': 'Thu, 01 Jan 2026 00:00:00 GMT' } });
    return { again: again.status, changed: changed.status, headers: told(again) };
  },

  /** A reader who leaves while a stream comes. */
  async leaves(url: string) {
    const leaving = new AbortController();
    const response = await fetch(`${url}/v1/posts.ndjson`, { signal: leaving.signal });
    const reader = response.body!.getReader();
    await reader.read();
    leaving.abort();
    let failed = '';
    while (!failed) failed = await reader.read().then(({ done }) => (done ? 'ended' : ''), (error: Error) => error.name);
    return { failed, next: (await fetch(`${url}/v1/posts?limit=1`)).status };
  },

  /** What is wrong is told to pages as well. */
  async errors(url: string) {
    const missing = await fetch(`${url}/v1/posts/no-such-post`);
    const wrong = await fetch(`${url}/v1/posts?qualty=1`, { headers: { 'x-requested-with': 'XMLHttpRequest' } });
    const gone = await fetch(`${url}/no/such/address`);
    const unknown = await fetch(`${url}/v1/posts`, { headers: { authorization: 'Bearer of-nobody' } });
    const graphql = await fetch(`${url}/graphql`, { method: 'POST', headers: { 'content-type': 'application/json', ...headers }, body: '{"query":"{"}' });
    return { statuses: [missing.status, wrong.status, gone.status, unknown.status], wrong: (await wrong.json()).detail, graphql: (await graphql.json()).errors[0].extensions.code };
  },
};

declare global {
  interface Window { page: typeof page }
}
window.page = page;
