// What the formats ask for: the schema of sitemaps, RFC 4287, JSON Feed 1.1, RFC 9309 and llmstxt.org.
import assert from 'node:assert/strict';
import { read } from './xml.mjs';

const day = /^(?!0000)\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$/;
const instant = /^(?!0000)\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])T([01]\d|2[0-3]):[0-5]\d:([0-5]\d|60)(\.\d+)?(Z|[+-](0\d|1[0-3]):[0-5]\d|[+-]14:00)$/;

function address(text, most = 2048) {
  const url = new URL(text);
  assert.ok(['http:', 'https:'].includes(url.protocol) && text.length <= most && url.href === text, `${text} is an absolute address as it is escaped`);
  return text;
}

/** The children of an element, by name; each name must be known, and there so often. */
function parts(element, allowed) {
  const found = {};
  for (const child of element.children) {
    assert.ok(child.name in allowed, `${child.name} has no place in ${element.name}`);
    (found[child.name] ??= []).push(child);
  }
  for (const [name, [least, most]] of Object.entries(allowed)) {
    const n = found[name]?.length ?? 0;
    assert.ok(n >= least && n <= most, `${element.name} has ${n} ${name}, expected ${least} to ${most}`);
  }
  return found;
}

/** A sitemap or an index of some, by the schema 0.9; gives what it lists. */
export function sitemap(source) {
  assert.ok(Buffer.byteLength(source) <= 50 << 20, 'at most 50 MiB');
  const root = read(source);
  assert.equal(root.attributes.xmlns, 'http://www.sitemaps.org/schemas/sitemap/0.9');
  const row = { urlset: 'url', sitemapindex: 'sitemap' }[root.name];
  const rows = parts(root, { [row]: [1, 50_000] })[row];
  const listed = rows.map((one) => {
    const { loc, lastmod } = parts(one, { loc: [1, 1], lastmod: [0, 1] });
    assert.equal(one.children[0].name, 'loc');
    if (lastmod) assert.ok(day.test(lastmod[0].text) || instant.test(lastmod[0].text), `${lastmod[0].text} is a date`);
    return { loc: address(loc[0].text), lastmod: lastmod?.[0].text };
  });
  assert.equal(new Set(listed.map(({ loc }) => loc)).size, listed.length, 'each once');
  return listed;
}

/** A feed as RFC 4287 asks for it; gives its entries. */
export function atom(source, self) {
  const root = read(source);
  assert.equal(root.name, 'feed');
  assert.equal(root.attributes.xmlns, 'http://www.w3.org/2005/Atom');
  const many = [0, Infinity], once = [1, 1], maybe = [0, 1];
  const feed = parts(root, { id: once, title: once, updated: once, author: [1, Infinity], link: many, entry: many, subtitle: maybe, category: many, generator: maybe, icon: maybe, logo: maybe, rights: maybe, contributor: many });
  const date = (element) => { assert.match(element.text, instant); return element.text; };
  const links = (all) => {
    const alternates = new Set();
    return all.map(({ attributes: { rel = 'alternate', type, href, hreflang = '' } }) => {
      address(href);
      if (rel === 'alternate') assert.ok(!alternates.has(type + hreflang) && alternates.add(type + hreflang), 'one alternate of each type');
      return { rel, type, href };
    });
  };
  for (const author of feed.author) assert.notEqual(parts(author, { name: once, uri: maybe, email: maybe }).name[0].text, '');
  assert.deepEqual(links(feed.link).filter(({ rel }) => rel === 'self').map(({ href }) => href), [self]);
  address(feed.id[0].text);
  date(feed.updated[0]);
  const entries = (feed.entry ?? []).map((element) => {
    const e = parts(element, { id: once, title: once, updated: once, link: [1, Infinity], author: many, summary: maybe, content: maybe, category: many, published: maybe, rights: maybe, source: maybe, contributor: many });
    assert.ok(e.content || links(e.link).some(({ rel }) => rel === 'alternate'), 'content, or a link to it');
    for (const { attributes } of e.category ?? []) assert.ok(attributes.term);
    return { id: address(e.id[0].text), title: e.title[0].text, updated: date(e.updated[0]), summary: e.summary?.[0].text, tags: (e.category ?? []).map(({ attributes }) => attributes.term) };
  });
  assert.equal(new Set(entries.map(({ id }) => id)).size, entries.length, 'each once');
  return entries;
}

/** A feed as JSON Feed 1.1 asks for it; gives its items. */
export function jsonFeed(source, self) {
  const feed = JSON.parse(source);
  assert.equal(feed.version, 'https://jsonfeed.org/version/1.1');
  assert.equal(typeof feed.title, 'string');
  assert.equal(feed.feed_url, self);
  address(feed.home_page_url);
  const known = ['version', 'title', 'home_page_url', 'feed_url', 'description', 'user_comment', 'next_url', 'icon', 'favicon', 'authors', 'language', 'expired', 'hubs', 'items'];
  for (const key of Object.keys(feed)) assert.ok(known.includes(key) || key.startsWith('_'), `${key} is no key of a feed`);
  for (const author of feed.authors ?? []) assert.ok(author.name || author.url || author.avatar);
  assert.ok(Array.isArray(feed.items));
  const ofItem = ['id', 'url', 'external_url', 'title', 'content_html', 'content_text', 'summary', 'image', 'banner_image', 'date_published', 'date_modified', 'authors', 'tags', 'language', 'attachments'];
  for (const item of feed.items) {
    for (const key of Object.keys(item)) assert.ok(ofItem.includes(key) || key.startsWith('_'), `${key} is no key of an item`);
    assert.ok(typeof item.id === 'string' && item.id !== '');
    assert.ok(typeof (item.content_text ?? item.content_html) === 'string');
    for (const url of [item.url, item.image].filter((url) => url !== undefined)) address(url, Infinity);
    for (const date of [item.date_published, item.date_modified].filter((date) => date !== undefined)) assert.match(date, instant);
    assert.ok((item.tags ?? []).every((tag) => typeof tag === 'string' && tag !== ''));
  }
  assert.equal(new Set(feed.items.map(({ id }) => id)).size, feed.items.length, 'each once');
  return feed.items;
}

/** robots.txt as RFC 9309 asks for it; gives whether a robot may read a path, and its sitemaps. */
export function robots(source) {
  const rules = [], sitemaps = [];
  let agent = '';
  for (const line of source.split('\n').filter((line) => line.trim() !== '')) {
    const [, key, value] = line.match(/^([A-Za-z-]+): *(\S*)$/) ?? assert.fail(`${line} is a line of robots.txt`);
    if (key === 'Sitemap') sitemaps.push(address(value));
    else if (key === 'User-agent') agent = value;
    else {
      assert.ok(agent && ['Allow', 'Disallow'].includes(key) && value.startsWith('/'), `${line} is a rule of an agent`);
      const pattern = value.split('*').map((part) => part.replace(/[.?+^${}()|[\]\\]/g, '\\$&')).join('.*');
      rules.push({ allows: key === 'Allow', length: value.length, path: new RegExp(`^${pattern}`) });
    }
  }
  const allows = (path) => {
    const fit = rules.filter((rule) => rule.path.test(path)).sort((a, b) => b.length - a.length || b.allows - a.allows);
    return fit[0]?.allows ?? true;
  };
  return { allows, sitemaps };
}

/** llms.txt as llmstxt.org asks for it; gives its links. */
export function guide(source) {
  const lines = source.split('\n');
  assert.match(lines[0], /^# \S/, 'a title');
  assert.match(lines[2], /^> \S/, 'a summary');
  const links = [];
  let section = '';
  for (const line of lines.slice(3).filter((line) => line !== '')) {
    if (line.startsWith('## ')) section = line.slice(3);
    else if (section) {
      const link = line.match(/^- \[((?:\\.|[^\]\\])+)\]\(([^)\s]+)\)(: .*)?$/);
      assert.ok(link, `${line} is a link of ${section}`);
      links.push(address(link[2]));
    } else assert.ok(!line.startsWith('#'), 'no heading but those of sections');
  }
  return links;
}
