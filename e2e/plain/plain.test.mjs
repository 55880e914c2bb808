// Clients without a library: curl, wget, Python, and node's own over HTTP/1.1 and over HTTP/2 with TLS.
import assert from 'node:assert/strict';
import { execFile, execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { Agent, createServer, request } from 'node:http';
import { connect } from 'node:http2';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { promisify } from 'node:util';
import { startServer } from '../server.mjs';
import { program } from '../tools.mjs';

const folder = mkdtempSync(join(tmpdir(), 'alphanode-plain-'));
const run = async (path, args) => (await promisify(execFile)(path, args, { cwd: folder })).stdout;
const json = { 'content-type': 'application/json' };
const query = '{ posts(first: 2) { totalCount nodes { slug } } }';

let server;
before(async () => { server = await startServer(); });
after(async () => {
  if (server) assert.equal(await server.stop(), 0);
  rmSync(folder, { recursive: true });
});

test('curl', async () => {
  const curl = program(['curl']);
  const posted = JSON.parse(await run(curl, ['-s', `${server.url}/graphql`, '--json', JSON.stringify({ query })]));
  assert.equal(posted.data.posts.nodes.length, 2);
  const got = JSON.parse(await run(curl, ['-s', '--compressed', '-G', `${server.url}/graphql`, '--data-urlencode', `query=${query}`]));
  assert.deepEqual(got, posted);
  const packed = await run(curl, ['-s', '--compressed', '-D', 'head', `${server.url}/v1/posts?limit=100`]);
  assert.equal(JSON.parse(packed).data.length, 100);
  assert.match(readFileSync(join(folder, 'head'), 'utf8'), /content-encoding: (br|zstd|gzip)/i);
  // asks only for what changed since, and the second time nothing comes
  const kept = ['-s', '--etag-compare', 'etag', '--etag-save', 'etag', '-o', 'posts', '-w', '%{http_code}', `${server.url}/v1/posts`];
  assert.equal(await run(curl, kept), '200');
  assert.equal(await run(curl, kept), '304');
  const lines = (await run(curl, ['-sf', '--compressed', `${server.url}/v1/posts.ndjson?quality.gte=95`])).trimEnd().split('\n');
  assert.ok(lines.every((line) => JSON.parse(line).meta.score.quality >= 95));
  const forms = await run(curl, ['-s', '-o', 'refused', '-w', '%{http_code}', '-d', `query=${query}`, `${server.url}/graphql`]); // as a form of another site would
  assert.equal(forms, '415');
});

test('wget', async () => {
  const wget = program(['wget']);
  assert.equal(JSON.parse(await run(wget, ['-qO-', `${server.url}/v1/posts?limit=3`])).data.length, 3);
  assert.equal(JSON.parse(await run(wget, ['-qO-', '--compression=auto', `${server.url}/v1/posts?limit=100`])).data.length, 100);
  const posted = await run(wget, ['-qO-', '--header=Content-Type: application/json', `--post-data=${JSON.stringify({ query })}`, `${server.url}/graphql`]);
  assert.equal(JSON.parse(posted).data.posts.nodes.length, 2);
  await run(wget, ['-q', '-O', 'all.ndjson', `${server.url}/v1/posts.ndjson`]);
  assert.ok(statSync(join(folder, 'all.ndjson')).size > 1e6);
});

test('Python and its standard library', async () => {
  const script = `
import http.client, json, sys, urllib.parse
sys.path.insert(0, sys.argv[2])
import archive
url = sys.argv[1]

# the rows of a list and those of its edges are the same, to the end
query = "query($after: String) { posts(first: 100, after: $after, filter: {quality: {gte: 90}}) { totalCount pageInfo { hasNextPage endCursor } edges { node { slug } } } }"
after, slugs = None, []
while True:
    page = archive.ask(url, query, after=after)["posts"]
    slugs += [edge["node"]["slug"] for edge in page["edges"]]
    after = page["pageInfo"]["endCursor"]
    if not page["pageInfo"]["hasNextPage"]: break
assert len(set(slugs)) == page["totalCount"], page
assert slugs == [row["slug"] for row in archive.rows(url, "/v1/posts", fields="slug", **{"quality.gte": 90})]

# errors of both faces
for wrong in lambda: archive.get(url, "/v1/posts/none"), lambda: archive.ask(url, '{ similarPosts(to: {post: "none"}) { totalCount } }'):
    try: wrong()
    except archive.Problem as problem: assert problem.code == "NOT_FOUND" and "none" in str(problem), problem
    else: raise AssertionError("found an answer")

# one connection behind errors
connection = http.client.HTTPConnection(urllib.parse.urlsplit(url).netloc)
sockets = set()
for target, status in ("/v1/posts?limit=x", 400), ("/no", 404), ("/v1/posts?limit=1", 200), ("/graphql?query={", 200):
    connection.request("GET", target)
    answer = connection.getresponse()
    json.loads(answer.read())
    assert answer.status == status, (target, answer.status)
    sockets.add(connection.sock)
assert len(sockets) == 1 and None not in sockets
print("done")
`;
  const python = program(['python3']);
  assert.equal((await run(python, ['-c', script, server.url, import.meta.dirname])).trim(), 'done');
  const lines = (await run(python, [join(import.meta.dirname, 'archive.py'), server.url, 'tool=git', 'tool=C++', 'quality.gte=80'])).trimEnd().split('\n');
  const { page } = await (await fetch(`${server.url}/v1/posts?tool=git&tool=C%2B%2B&quality.gte=80&limit=1`)).json();
  assert.equal(lines.length, page.total);
});

test('Python asks again where that helps', async (t) => {
  let asked = 0;
  const busy = createServer((incoming, outgoing) => {
    asked++;
    outgoing.writeHead(asked < 3 ? 429 : 200, { 'content-type': 'application/json', 'retry-after': '0' });
    outgoing.end(JSON.stringify(asked < 3 ? { code: 'RATE_LIMITED', detail: 'Too much.', retryable: true } : { data: [], page: { after: null } }));
  });
  await new Promise((resolve) => busy.listen(0, '127.0.0.1', resolve));
  t.after(() => busy.close());
  await run(program(['python3']), [join(import.meta.dirname, 'archive.py'), `http://127.0.0.1:${busy.address().port}`]);
  assert.equal(asked, 3);
});

test('a shell', async () => {
  program(['curl']);
  for (let times = 0; times < 2; times++) { // the second time what has not changed does not come again
    await run('sh', [join(import.meta.dirname, 'archive.sh'), server.url, folder]);
    assert.ok(Array.isArray(JSON.parse(readFileSync(join(folder, 'summaries.json'))).data));
  }
  const pages = readFileSync(join(folder, 'slugs.ndjson'), 'utf8').trimEnd().split('\n').map((line) => JSON.parse(line));
  assert.ok(pages.length > 1);
  assert.equal(pages.flatMap(({ data }) => data).length, pages[0].page.total);
  assert.ok(readFileSync(join(folder, 'posts.ndjson'), 'utf8').trimEnd().split('\n').every((line) => JSON.parse(line).meta.score.quality >= 95));
  assert.equal(JSON.parse(readFileSync(join(folder, 'git.json'))).data.tool.name, 'git');
});

/** Asks over a connection that is kept; gives the answer, and whether the connection had been used before. */
function ask(agent, method, target, headers, body) {
  return new Promise((resolve, reject) => {
    const asked = request(server.url + target, { agent, method, headers: body ? { ...headers, 'content-length': Buffer.byteLength(body) } : headers }, async (response) => {
      let text = '';
      for await (const chunk of response.setEncoding('utf8')) text += chunk;
      resolve({ status: response.statusCode, headers: response.headers, text, reused: asked.reusedSocket });
    });
    asked.on('error', reject).end(body);
  });
}

test('one connection goes on after errors', async () => {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const answers = [
    await ask(agent, 'GET', '/v1/posts?limit=1', {}),
    await ask(agent, 'GET', '/v1/posts/no-such-post', {}),
    await ask(agent, 'POST', '/graphql', json, '{"query":"{"}'),
    await ask(agent, 'POST', '/graphql', { 'content-type': 'text/plain' }, '{}'),
    await ask(agent, 'POST', '/graphql', json, 'not JSON'),
    await ask(agent, 'DELETE', '/v1/posts', {}),
    await ask(agent, 'POST', '/graphql', json, JSON.stringify({ query })),
  ];
  agent.destroy();
  assert.deepEqual(answers.map(({ status }) => status), [200, 404, 200, 415, 400, 405, 200]);
  assert.deepEqual(answers.map(({ reused }) => reused), [false, true, true, true, true, true, true]);
});

// What clients of today send by themselves, and the type of what they read.
for (const [name, accept, want] of [
  ['Apollo Client 4', 'application/graphql-response+json,application/json;q=0.9', 'application/graphql-response+json'],
  ['Apollo Client 4 with @defer', 'multipart/mixed;deferSpec=20220824,application/graphql-response+json,application/json;q=0.9', 'application/graphql-response+json'],
  ['a list that begins with multipart', 'multipart/mixed, application/graphql-response+json;q=0.9, application/json;q=0.8', 'application/graphql-response+json'],
  ['Apollo Client 3', '*/*', 'application/json'],
  ['urql', 'application/graphql-response+json, application/graphql+json, application/json, text/event-stream, multipart/mixed', 'application/json'],
  ['Apollo iOS and Kotlin', 'multipart/mixed;deferSpec=20220824,application/json', 'application/json'],
  ['GraphiQL', 'application/json, multipart/mixed', 'application/json'],
  ['axios', 'application/json, text/plain, */*', 'application/json'],
]) {
  test(`Accept of ${name}`, async () => {
    const answer = await ask(undefined, 'POST', '/graphql', { ...json, accept }, JSON.stringify({ query }));
    assert.equal(answer.status, 200);
    assert.equal(answer.headers['content-type'].split(';')[0], want);
    assert.equal(JSON.parse(answer.text).data.posts.nodes.length, 2);
  });
}

for (const type of ['application/json;charset=utf-8', 'application/json; charset=UTF-8', 'application/json; charset=utf8', 'Application/JSON', 'application/json; charset="utf-8"', 'application/graphql-response+json']) {
  const taken = !type.includes('response');
  test(`a body of the type ${type} is ${taken ? 'taken' : 'refused'}`, async () => {
    const answer = await ask(undefined, 'POST', '/graphql', { 'content-type': type, 'apollo-require-preflight': 'true' }, JSON.stringify({ query }));
    assert.equal(answer.status, taken ? 200 : 415, answer.text);
  });
}

test('a body that begins with a byte order mark is taken', async () => {
  const answer = await ask(undefined, 'POST', '/graphql', json, `\uFEFF${JSON.stringify({ query })}`);
  assert.equal(answer.status, 200, answer.text);
});

test('HTTP/2 over TLS: node and curl', async (t) => {
  const goroot = execFileSync('go', ['env', 'GOROOT'], { encoding: 'utf8' }).trim();
  await run('go', ['run', join(goroot, 'src/crypto/tls/generate_cert.go'), '--host', '127.0.0.1', '--ecdsa-curve', 'P256', '--ca']);
  const cert = join(folder, 'cert.pem');
  const secure = await startServer('--tls-cert', cert, '--tls-key', join(folder, 'key.pem'));
  t.after(async () => assert.equal(await secure.stop(), 0));
  assert.match(secure.url, /^https:/);

  const session = connect(secure.url, { ca: readFileSync(cert) });
  t.after(() => session.close());
  const over = (headers, body) => new Promise((resolve, reject) => {
    const stream = session.request(headers);
    let answer = {}, text = '';
    stream.on('response', (head) => { answer = head; }).on('data', (chunk) => { text += chunk; }).on('error', reject);
    stream.on('end', () => resolve({ status: answer[':status'], headers: answer, text }));
    stream.setEncoding('utf8').end(body);
  });
  const many = await Promise.all(Array.from({ length: 20 }, (_, i) => (i % 2
    ? over({ ':path': `/v1/posts?limit=${i}` })
    : over({ ':path': '/graphql', ':method': 'POST', ...json }, JSON.stringify({ query })))));
  assert.ok(many.every(({ status, text }) => status === 200 && JSON.parse(text)));
  assert.equal((await over({ ':path': '/v1/posts/none' })).status, 404);
  assert.match(many[0].headers['strict-transport-security'] ?? '', /max-age=\d+/);

  const version = await run(program(['curl']), ['-s', '--cacert', cert, '--http2', '-o', 'posts', '-w', '%{http_version} %{http_code}', `${secure.url}/v1/posts`]);
  assert.equal(version, '2 200');
  const stream = await run(program(['curl']), ['-sf', '--cacert', cert, '--compressed', `${secure.url}/v1/posts.ndjson?quality.gte=95`]);
  assert.ok(stream.trimEnd().split('\n').every((line) => JSON.parse(line)));
});
