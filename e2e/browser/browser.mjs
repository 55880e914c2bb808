// A real browser, and a site of another origin that it visits.
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import puppeteer from 'puppeteer-core';
import { program } from '../tools.mjs';

/**
 * Opens a page of a site of its own that runs a script; gives the page, the addresses that the browser asked
 * for leave to ask, the warnings that the page gave, and how to close all.
 */
export async function visit(script) {
  const site = createServer((request, response) => {
    const html = request.url === '/';
    response.writeHead(200, { 'content-type': html ? 'text/html' : 'text/javascript' });
    response.end(html ? '<!doctype html><title>Another site</title><script type="module" src="/script.mjs"></script>' : readFileSync(script));
  });
  await new Promise((resolve) => site.listen(0, '127.0.0.1', resolve));
  const browser = await puppeteer.launch({ executablePath: program(['chromium', 'chromium-browser', 'google-chrome']), args: process.getuid() === 0 ? ['--no-sandbox'] : [] });
  const page = await browser.newPage();
  const preflights = [];
  page.on('request', (request) => { if (request.method() === 'OPTIONS') preflights.push(request.url()); });
  const warnings = [];
  page.on('console', (message) => { if (message.type() === 'warn') warnings.push(message.text()); });
  await page.goto(`http://127.0.0.1:${site.address().port}/`, { waitUntil: 'load' });
  return { page, preflights, warnings, close: async () => { await browser.close(); site.close(); } };
}
