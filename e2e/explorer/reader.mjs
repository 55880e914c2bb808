// A reader: one Chromium for a test file, and tabs in it that are as wide, as dark and as strict as asked for.
import puppeteer from 'puppeteer-core';
import { program } from '../tools.mjs';

// What stands in for the images of articles, which come from elsewhere: nothing that a test does leaves this machine.
const image = '<svg xmlns="http://www.w3.org/2000/svg" width="480" height="360"><rect width="480" height="360" fill="#8a9a8f"/><path d="M0 300 160 140l110 110 70-60 140 140v30H0z" fill="#5d6f63"/></svg>';
const ours = /^http:\/\/(127\.0\.0\.1|localhost|\[::1\])[:/]/;

/** Starts Chromium; gives how to open a tab and how to close all. */
export async function reader() {
  const browser = await puppeteer.launch({
    executablePath: program(['chromium', 'chromium-browser', 'google-chrome']),
    args: [...process.getuid?.() === 0 ? ['--no-sandbox'] : [], '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost', '--force-color-profile=srgb'],
  });
  return { tab: (look) => tab(browser, look), close: () => browser.close() };
}

/**
 * Opens a tab of its own profile, so that nothing is kept from others, and sets how it looks (see look). A function that is set as its
 * `answer` is told the address of what a script of the page asks, and lets it go on when it resolves: to nothing, to 'lost', or to
 * another answer with its status, type and body.
 */
async function tab(browser, { script = true, ...rest } = {}) {
  const context = await browser.createBrowserContext();
  const page = await context.newPage();
  page.setDefaultTimeout(20_000);
  const chrome = await page.createCDPSession();
  await chrome.send('Fetch.enable', { patterns: ['Image', 'Fetch', 'XHR'].map((resourceType) => ({ urlPattern: 'http*', resourceType })) });
  chrome.on('Fetch.requestPaused', async ({ requestId, request, resourceType }) => {
    const outcome = resourceType === 'Image' ? ours.test(request.url) || { status: 200, type: 'image/svg+xml', body: image } : await page.answer?.(request.url);
    const { status, type = 'text/html', body = '' } = outcome ?? {};
    const sent = status ? chrome.send('Fetch.fulfillRequest', { requestId, responseCode: status, responseHeaders: [{ name: 'content-type', value: type }], body: Buffer.from(body).toString('base64') })
      : outcome === 'lost' ? chrome.send('Fetch.failRequest', { requestId, errorReason: 'ConnectionReset' }) : chrome.send('Fetch.continueRequest', { requestId });
    sent.catch(() => {}); // the page has gone on meanwhile
  });
  await page.setJavaScriptEnabled(script);
  Object.assign(page, { chrome, script, leave: () => context.close() });
  await look(page, rest);
  return page;
}

/**
 * Sets how a tab looks: its width in CSS pixels, the colour scheme, forced colours, the medium. Up to 480 px it is a
 * phone, whose viewport grows with what does not fit.
 */
export async function look(page, { width = 1280, scheme = 'light', forced = false, media = '' } = {}) {
  const phone = width <= 480;
  await page.setViewport({ width, height: phone ? 844 : 900, isMobile: phone, hasTouch: phone });
  await page.chrome.send('Emulation.setEmulatedMedia', {
    media, features: [{ name: 'prefers-color-scheme', value: scheme }, { name: 'forced-colors', value: forced ? 'active' : 'none' }],
  });
  await page.evaluate(() => document.body?.offsetHeight);
}

/** Opens every disclosure of a page, or closes all that were not open when it came. */
export const disclose = (page, open) => page.evaluate((open) => {
  for (const details of document.querySelectorAll('details')) {
    details.dataset.came ??= details.open;
    details.open = open || details.dataset.came === 'true';
  }
}, open);
