// Every page there is, and the states that a page can be in.

/**
 * Lists the pages of an archive (see archive.mjs): name, path or whole address, and the status they come with. `odd` ones, and `tools` that
 * are more than a page to read, are held to their gates and not to a budget.
 */
export async function pages({ url, ops, releases: [older, newer] }) {
  const ask = async (path) => (await (await fetch(url + path)).json()).data;
  const [{ post: found }] = await ask('/v1/search?q=rollback+plan&limit=1');
  const [entity] = await ask('/v1/entities?sort=-postCount&type=stack&limit=1');
  const [tool] = await ask('/v1/tools?sort=-postCount&limit=1');
  const rare = (await ask('/v1/tools?sort=-postCount&limit=100&page=3')).at(-1);
  const [shared] = (await ask('/v1/entities?type=tool&limit=1')) ?? [];
  return [
    { name: 'search', path: '/' },
    { name: 'search-words', path: '/?q=rollback+plan&tool=git&tool=logs' },
    { name: 'search-paged', path: '/?sort=-quality&page=2' },
    { name: 'search-ranges', path: '/?quality.gte=80&updated.gte=2024-01-01&hasImages=true' },
    { name: 'search-few', path: '/?slug=right-to-left&slug=no-space&slug=every-block', odd: true },
    { name: 'search-nothing', path: '/?q=rolback+plann&tool=git&difficulty=advanced' },
    { name: 'search-pinned', path: `/?q=rollback&release=${older}` },
    { name: 'search-wrong', path: '/?tool=a&tool=a&quality.gte=abc&page=0&release=r99', status: 400 },
    { name: 'search-quotes', path: `/?q=${encodeURIComponent(awkward.at(-1))}`, odd: true },
    { name: 'post', path: `/posts/${found.slug}` },
    { name: 'post-pinned', path: `/posts/${found.slug}?release=${older}` },
    { name: 'post-right-to-left', path: '/posts/right-to-left', odd: true },
    { name: 'post-no-space', path: '/posts/no-space', odd: true },
    { name: 'post-every-block', path: '/posts/every-block', odd: true },
    { name: 'post-none', path: '/posts/the-boring-way-of-sizing', status: 404 },
    { name: 'entities', path: '/entities' },
    { name: 'entities-typed', path: '/entities?q=post' },
    { name: 'entity', path: `/entities/${entity.slug}` },
    ...shared ? [{ name: 'entity-tool', path: `/entities/${shared.slug}` }] : [],
    { name: 'entity-none', path: '/entities/no-such-entity', status: 404 },
    { name: 'tools', path: '/tools' },
    { name: 'tools-nothing', path: '/tools?q=zzzz' },
    { name: 'tool', path: `/tools/${tool.slug}` },
    { name: 'tool-rare', path: `/tools/${rare.slug}` },
    { name: 'releases', path: '/releases' },
    { name: 'compare', path: `/compare/${older}/${newer}` },
    { name: 'compare-none', path: `/compare/${older}/r99`, status: 404 },
    { name: 'nowhere', path: '/nowhere', status: 404 },
    { name: 'graphiql', path: '/graphiql', tools: true },
    { name: 'docs', path: '/docs', tools: true },
    { name: 'ops-closed', path: '/ops', status: 401 },
    { name: 'ops', path: `${ops}/ops`, tools: true, renews: true },
    { name: 'ops-rollback', path: `${ops}/ops/rollback?to=${older}`, tools: true },
    { name: 'ops-publish', path: `${ops}/ops/publish?to=${newer}`, tools: true },
    { name: 'ops-wrong', path: `${ops}/ops/rollback?to=r99`, status: 404 },
  ];
}

/** What people type that breaks what is quoted badly; the last has all of it. */
export const awkward = ["it's", '"exact words"', 'back`tick`', '$(touch plan) ${HOME}', 'back\\slash\\n', 'line\nbreak', 'emoji 🧯👩‍🚒', 'خطة التراجع', '<b>&amp;</b>', `it's "a" \`b\` $(c) \\ 100% 🧯 خطة\nnext`];

/** What a list shows: its total and the slugs of its posts in order; of another page, its heading. */
export const shown = (page) => page.evaluate(() => {
  const cards = [...document.querySelectorAll('#results .cards h3 a')].map((link) => decodeURIComponent(new URL(link.href).pathname.split('/').at(-1)));
  const total = /^[\d,.]+/.exec(document.querySelector('[role=status] b')?.textContent ?? '')?.[0];
  return { total: total && Number(total.replace(/\D/g, '')), slugs: cards, heading: document.querySelector('h1')?.textContent.trim() };
});
