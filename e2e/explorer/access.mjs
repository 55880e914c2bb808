// Gate: axe-core finds nothing, by the rules of WCAG 2.0 to 2.2, A and AA, and by best practice.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22a', 'wcag22aa', 'best-practice'];

/** What axe has to say of a page as it stands; with names of rules, by these alone. */
export async function access(page, rules) {
  if (!await page.evaluate(() => 'axe' in window)) await page.evaluate(axe);
  return page.evaluate(async (tags, rules) => {
    const only = rules ? { type: 'rule', values: rules } : { type: 'tag', values: tags };
    const { violations } = await window.axe.run(document, { runOnly: only, rules: rules ? {} : { 'target-size': { enabled: true } }, resultTypes: ['violations'], preload: false });
    return violations.flatMap(({ id, help, nodes }) => nodes.map((node) => `${id} (${help}): ${node.target} ${node.any.concat(node.all, node.none).map(({ message }) => message).join('; ')}`));
  }, tags, rules);
}
