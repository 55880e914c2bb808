// A static site: every post of the archive from one stream, which goes on where it was broken off.
import { mkdir, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { components } from '../openapi/made/api';
import { html } from './blocks';
import { page } from './page';

type Post = Pick<components['schemas']['Post'], 'slug' | 'title' | 'meta' | 'body'>; // what is asked for

/** Builds the site into a folder; gives how many pages it wrote: none where nothing has changed since the last time. */
export async function build(archive: string, folder: string, fetch = globalThis.fetch): Promise<number> {
  await mkdir(folder, { recursive: true });
  const stream = `${archive}/v1/posts.ndjson?fields=slug,title,body,meta.summary`;
  const built = await readFile(join(folder, '.etag'), 'utf8').catch(() => '');
  let response = await fetch(stream, { headers: built ? { 'if-none-match': built } : {} });
  if (response.status === 304) return 0;

  const written = new Set<string>();
  let [etag, release] = ['', ''];
  for (let tries = 0; ; tries++) {
    if (!response.ok) throw new Error(`${stream}: ${response.status} ${await response.text()}`);
    if (response.status === 200) { // and not 206: from the beginning
      written.clear();
      [etag, release] = [response.headers.get('etag')!, response.headers.get('release')!];
    }
    try {
      for await (const post of lines<Post>(response)) {
        const file = `${encodeURIComponent(post.slug)}.html`;
        await writeFile(join(folder, file), page(post, html(post.body)));
        written.add(file);
      }
      break;
    } catch (error) {
      if (tries === 5) throw error;
      // The rest of the same release, which is there for a quarter of an hour after another was published.
      response = await fetch(stream, { headers: { range: `lines=${written.size}-`, 'if-range': etag, release } });
    }
  }
  for (const file of await readdir(folder)) if (!written.has(file)) await rm(join(folder, file)); // the pages of posts that are gone
  await writeFile(join(folder, '.etag'), etag);
  return written.size;
}

/** Reads an answer line by line; one that is broken off fails, and its last line, which may be half of one, is not given. */
async function* lines<Row>(response: Response): AsyncGenerator<Row> {
  let rest = '';
  for await (const text of response.body!.pipeThrough(new TextDecoderStream())) {
    const whole = (rest + text).split('\n');
    rest = whole.pop()!;
    for (const line of whole) yield JSON.parse(line) as Row;
  }
}
