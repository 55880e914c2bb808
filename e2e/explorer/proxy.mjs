// A proxy that serves an archive under a path, as people put one in front of it.
import { createServer, request as ask } from 'node:http';

/**
 * Listens on the loopback; what is asked below `prefix` goes to the server whose address was set as `target`, without the
 * prefix. Gives its `url` with the prefix, what was asked `beside` it, which no link may, and how to close it.
 */
export async function proxy(prefix) {
  const it = { target: '', beside: [] };
  const listener = createServer((request, response) => {
    if (request.url !== prefix && !request.url.startsWith(`${prefix}/`) && !request.url.startsWith(`${prefix}?`)) {
      it.beside.push(request.url);
      response.writeHead(404, { 'content-type': 'text/plain' });
      response.end('not under the path of the archive');
      return;
    }
    let path = request.url.slice(prefix.length);
    if (!path.startsWith('/')) path = `/${path}`;
    const on = ask(it.target + path, { method: request.method, headers: request.headers }, (answer) => {
      response.writeHead(answer.statusCode, answer.headers);
      answer.pipe(response);
    });
    on.on('error', () => { response.writeHead(502); response.end(); });
    request.pipe(on);
  });
  await new Promise((resolve) => listener.listen(0, '127.0.0.1', resolve));
  it.url = `http://127.0.0.1:${listener.address().port}${prefix}`;
  it.close = () => { listener.close(); listener.closeAllConnections(); };
  return it;
}
