// A server that renders a page of the archive for each request, and asks the archive only whether what it has is true still.
import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { newClient } from '../openapi/client';
import { escape, page } from './page';

/**
 * A fetch that keeps the last answers, by address, and asks with their tags: 304 where nothing has changed, whatever
 * was published. Where the archive is not there, what is kept is given.
 */
export function remembering(most = 1000, fetch: (request: Request) => Promise<Response> = globalThis.fetch) {
  const kept = new Map<string, { etag: string; body: string }>();
  return async (request: Request): Promise<Response> => {
    const known = kept.get(request.url);
    if (known) request.headers.set('if-none-match', known.etag);
    const response = await fetch(request).catch((error: Error) => {
      if (!known) throw error;
    });
    if (known && (!response || response.status === 304 || response.status >= 500)) return new Response(known.body);
    kept.delete(request.url); // it may be gone; else it stands last from now on
    const etag = response!.headers.get('etag');
    if (!response!.ok || !etag) return response!;
    const body = await response!.text();
    kept.set(request.url, { etag, body });
    for (const [oldest] of kept) if (kept.size > most) kept.delete(oldest);
    return new Response(body);
  };
}

/** A site of posts at /SLUG. A page has a tag too, so that readers who come back get 304 as well. */
export function newSite(archive: string, fetch = remembering()) {
  const client = newClient(archive, { fetch });
  return createServer((request, answer) => {
    show(request, answer).catch((error: Error) => answer.writeHead(error instanceof URIError ? 400 : 502).end(error.message));
  });

  async function show({ url, headers }: IncomingMessage, answer: ServerResponse) {
    const slug = decodeURIComponent(url!.slice(1));
    const { data, error } = await client.GET('/v1/posts/{slug}', { params: { path: { slug }, query: { include: ['html', 'similar'], 'similar.limit': 3 } } });
    if (error) return answer.writeHead(error.status).end(error.detail);
    const links = (data.data.similar ?? []).map(({ slug, title }) => `<a href="/${encodeURIComponent(slug)}">${escape(title)}</a>`);
    const html = page(data.data, data.data.html ?? '', links.join('\n'));
    const etag = `"${createHash('sha256').update(html).digest('base64url')}"`;
    if (headers['if-none-match'] === etag) return answer.writeHead(304, { etag }).end();
    return answer.writeHead(200, { 'content-type': 'text/html; charset=utf-8', 'cache-control': 'no-cache', etag }).end(html);
  }
}
