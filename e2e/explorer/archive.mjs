// The archive that is looked at: synthetic posts, and some that are strange, in two releases.
import { execFileSync } from 'node:child_process';
import { createServer } from 'node:net';
import { publish, served, startServer } from '../server.mjs';

const p = (text) => ({ type: 'paragraph', text });

/** What must never be seen without a key. */
export const draft = { slug: 'a-plan-that-is-secret', title: 'unseen zyxwvut draft', body: [p('Words that nobody may read: qqxjkvw.')], meta: { revision: { status: 'draft' }, tools: ['secretive-tool'], topic: 'unseen / zyxwvut' } };

/** Posts that break pages which were made for tame ones. */
export const strange = [
  { slug: 'right-to-left', title: 'دليل عملي لخطة التراجع عن الإصدارات في خدمات Python ذات الحركة العالية 🧯 <script>alert(1)</script>',
    intro: 'مقدمة قصيرة {{.}} <!-- ', body: [{ type: 'heading', level: 2, text: 'القياس </script>' }, p('نقيس أولا ثم نغير. 🧯🧯')],
    meta: { topic: 'خطة التراجع / python', summary: 'ملخص <b>قصير</b>', language: 'ar', flags: { needsHumanReview: true, aiGeneratedStyle: true }, tools: ['git', '<script>alert(2)</script>'] } },
  { slug: 'no-space', title: 'x'.repeat(1000), intro: 'y'.repeat(400), body: [p('z'.repeat(3000)), { type: 'heading', level: 2, text: 'h'.repeat(300) }, { type: 'list', items: [{ text: 'i'.repeat(300) }] }],
    meta: { topic: 't'.repeat(200), summary: 's'.repeat(1000), tools: ['w'.repeat(120), 'git'], extra: { [`k${'e'.repeat(100)}`]: { deeper: ['v'.repeat(400), 12345678901234567890n.toString(), 1.5] } } } },
  { slug: 'awkward', title: 'it\'s "exact words" in back`tick` and $(touch plan) ${HOME} <b>&amp;</b>', intro: `back\\slash\\n, a line\nbreak, emoji 🧯👩‍🚒 and خطة التراجع. it's "a" \`b\` $(c) \\ 100% 🧯 خطة next`, body: [p('It is found by what breaks.')], meta: { topic: 'quotes / "all" of \'them\'', summary: 'What breaks what is quoted badly.', tools: ["it's"] } },
  { slug: 'every-block', title: 'Every block that a post can have', intro: 'What stands first.', body: [
    { type: 'heading', level: 2, text: 'Code' }, { type: 'code', language: 'go', source: `func main() {\n\t// ${'a long line '.repeat(30)}\n\tfmt.Println("</script>", \`{{.}}\`)\n}` }, { type: 'code', language: 'no such language', source: 'a < b && c > d' }, { type: 'code', source: 'plain' },
    { type: 'heading', level: 3, text: 'Lists' }, { type: 'list', ordered: true, items: [{ text: 'one' }, { text: 'two' }] }, { type: 'list', items: [{ text: 'a' }, { text: 'b' }] },
    { type: 'heading', level: 2, text: 'Pictures' }, { type: 'image', url: 'http://insecure.example/one.png', alt: 'not over TLS', caption: 'A caption' }, { type: 'image', url: 'https://images.example.org/one.jpg', alt: 'a shore', caption: 'A shore', source: 'own work', width: 640, height: 480 },
    { type: 'quote', text: 'What somebody said.' }, { type: 'html', html: '<iframe src="https://films.example/embed/1" title="A film"></iframe>' }, p('Last words.') ],
    meta: { topic: 'blocks / all of them', summary: 'A post with one of each.', difficulty: 'beginner', tools: ['git'], score: { quality: 77, freshness: 12, depth: 100, clarity: 0 } } },
];

/**
 * Starts a server of such an archive, with further flags; E2E_POSTS makes it larger than 2,000 posts. Gives what startServer
 * does, its `releases`, the older one first, and `ops`, the address for who is on call.
 */
export async function archive(...flags) {
  const desk = `127.0.0.1:${await freePort()}`;
  const server = await startServer('--loopback-budget', '60000000', '--ops-addr', desk, ...flags);
  const more = Number(process.env.E2E_POSTS ?? 0);
  if (more > 2000) execFileSync('sh', ['-c', '"$0" synth --posts "$2" --seed 1 | "$0" import - --publish --data "$1"', server.binary, server.data, more], { stdio: 'ignore' });
  const releases = [await served(server)];
  const { data: [, one] } = await (await fetch(`${server.url}/v1/posts?sort=slug&limit=2`)).json();
  const { updated, ...changed } = one;
  changed.title += ', read again';
  changed.meta.score = { ...changed.meta.score, quality: 1 };
  releases.push(await publish(server, [...strange, draft, changed]));
  return { ...server, releases, ops: `http://${desk}` };
}

/** A port of the loopback that is free. */
export async function freePort() {
  const taker = createServer();
  await new Promise((resolve) => taker.listen(0, '127.0.0.1', resolve));
  const { port } = taker.address();
  await new Promise((resolve) => taker.close(resolve));
  return port;
}
