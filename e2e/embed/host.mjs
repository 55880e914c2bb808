// A site of another origin, with pages under a policy of its own, and a relay before the server that can be slow or broken.
import { createServer, request as ask } from 'node:http';
import puppeteer from 'puppeteer-core';
import { program } from '../tools.mjs';

const listen = (server) => new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(`http://127.0.0.1:${server.address().port}`)));

/**
 * Starts a relay at a path of its own, as a proxy that shares a host among several sites. Its `weather` may be 'fair', 'slow', 'busy'
 * or 'broken', for what scripts ask; `asked` has the addresses that were asked since they were last taken.
 */
export async function relay(url) {
  let asked = [];
  const self = { weather: 'fair', path: '/archive', taken: () => { const was = asked; asked = []; return was; } };
  const waiting = new Set();
  const server = createServer((request, response) => {
    const path = request.url.slice(self.path.length);
    if (!request.url.startsWith(`${self.path}/`)) return response.writeHead(404).end();
    if (path.startsWith('/v1/')) {
      asked.push(path);
      if (self.weather === 'broken') return request.socket.destroy();
      if (self.weather === 'busy') return response.writeHead(503, { 'content-type': 'application/problem+json', 'retry-after': '1', 'access-control-allow-origin': '*' }).end('{"code":"OVERLOADED"}');
      if (self.weather === 'slow') {
        const pass = () => forward(request, response, path);
        waiting.add(pass);
        response.on('close', () => { if (waiting.delete(pass)) self.left++; });
        return;
      }
    }
    forward(request, response, path);
  });
  const forward = (request, response, path) => {
    const { host, ...headers } = request.headers;
    ask(`${url}${path}`, { method: request.method, headers }, (answer) => {
      response.writeHead(answer.statusCode, answer.headers);
      answer.pipe(response);
    }).end();
  };
  self.left = 0; // of those that waited, how many did not stay
  self.waiting = () => waiting.size;
  self.release = () => { self.weather = 'fair'; for (const pass of waiting) { waiting.delete(pass); pass(); } };
  self.url = await listen(server) + self.path;
  self.close = () => { server.closeAllConnections(); server.close(); };
  return self;
}

/** Starts a site; its pages are shown by `show`. */
export async function site() {
  let page = { html: '', policy: '' };
  const server = createServer((request, response) => {
    const found = request.url === '/';
    response.writeHead(found ? 200 : 204, { 'content-type': 'text/html; charset=utf-8', ...page.policy && { 'content-security-policy': page.policy } });
    response.end(found ? page.html : '');
  });
  const url = await listen(server);
  const browser = await puppeteer.launch({ executablePath: program(['chromium', 'chromium-browser', 'google-chrome']), args: process.getuid() === 0 ? ['--no-sandbox'] : [] });

  /**
   * Opens a tab with a page of which this is the body. `said` is what the console was told, what was thrown, and which policy was
   * broken; nothing of it is meant to be there.
   */
  async function show(body, { head = '', policy = '', ready = true } = {}) {
    page = { policy, html: `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Another site</title><meta name="viewport" content="width=device-width">${head}</head><body><main><h1>A page of another site</h1>${body}</main></body></html>` };
    const tab = await (await browser.createBrowserContext()).newPage(); // with nothing kept from the tabs before
    tab.setDefaultTimeout(20_000);
    tab.said = [];
    tab.on('console', (message) => tab.said.push(`${message.type()}: ${message.text()}`));
    tab.on('pageerror', (error) => tab.said.push(`thrown: ${error.message}`));
    await tab.evaluateOnNewDocument(() => {
      window.states = [];
      addEventListener('alphanode-state', ({ target, detail }) => window.states.push(`${target.id || target.localName} ${detail.state}`));
      addEventListener('securitypolicyviolation', ({ violatedDirective, blockedURI }) => console.error(`policy: ${violatedDirective} refuses ${blockedURI}`));
    });
    await tab.goto(url, { waitUntil: 'load' });
    if (ready) await tab.waitForFunction(() => [...document.querySelectorAll('alphanode-post-meta, alphanode-similar-posts')].every(({ state }) => state && state !== 'loading'));
    return tab;
  }
  return { show, url, close: async () => { await browser.close(); server.close(); } };
}
