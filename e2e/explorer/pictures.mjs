// The pictures of the README: node explorer/pictures.mjs writes them into docs/images.
import { mkdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { archive } from './archive.mjs';
import { look, reader } from './reader.mjs';

const folder = join(import.meta.dirname, '../../docs/images');
mkdirSync(folder, { recursive: true });
const server = await archive();
const chromium = await reader();
const page = await chromium.tab();
const { data: [{ post }] } = await (await fetch(`${server.url}/v1/search?q=rollback+plan&limit=1`)).json();
for (const [name, address, scheme] of [
  ['search', `${server.url}/?q=rollback+plan&tool=git`, 'light'],
  ['post', `${server.url}/posts/${post.slug}`, 'dark'],
  ['entity', `${server.url}/entities/stack-postgresql`, 'light'],
  ['ops', `${server.ops}/ops`, 'dark'],
]) {
  await page.goto(address, { waitUntil: 'networkidle0' });
  await look(page, { scheme });
  const path = join(folder, `${name}.webp`);
  await page.screenshot({ path, type: 'webp', quality: 45, clip: { x: 0, y: 0, width: 1280, height: 760 } });
  console.log(`${path}: ${statSync(path).size} bytes`);
}
await chromium.close();
await server.stop();
