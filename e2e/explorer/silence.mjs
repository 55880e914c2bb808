// Gate: a page says nothing to the console, asks no other host but for images, and asks nothing that its own policy refuses.

/** Watches a tab from now on; gives `faults`, which tells what there was since it was asked last. */
export async function listen(page) {
  let found = [], ours = '', document = '', status = 0;
  await page.evaluateOnNewDocument(() => {
    addEventListener('securitypolicyviolation', ({ violatedDirective, blockedURI, sourceFile, lineNumber }) => {
      console.error(`policy: ${violatedDirective} refuses ${blockedURI || 'inline'} at ${sourceFile}:${lineNumber}`);
    });
  });
  page.on('console', (message) => {
    const at = message.location().url ?? '';
    // Chromium itself reports the status of a page that is meant to be a 404.
    if (status >= 400 && at === document && /Failed to load resource/.test(message.text())) return;
    found.push(`console ${message.type()}: ${message.text()} ${at}`.trim());
  });
  page.on('pageerror', (error) => found.push(`error: ${error.message}`));
  page.on('request', (request) => {
    const url = new URL(request.url());
    if (request.isNavigationRequest() && request.frame() === page.mainFrame()) ours ||= url.origin;
    if (url.origin !== ours && !(request.resourceType() === 'image' && url.protocol === 'https:')) found.push(`asks ${url.origin} for ${request.resourceType()} ${url.pathname}`);
  });
  page.on('response', (response) => {
    const navigation = response.request().isNavigationRequest();
    if (navigation) [document, status] = [response.url(), response.status()];
    else if (response.status() >= 400) found.push(`${response.status()} for ${response.url()}`);
  });
  return { faults: () => { const was = found; found = []; return was; } };
}
