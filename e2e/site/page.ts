// A post as a page: what a site of the archive shows, whether it renders when it is asked or before.
import type { components } from '../openapi/made/api';

type Block = components['schemas']['Block'];

/** What a page shows of a post. */
export interface Post {
  slug?: string;
  title?: string;
  meta?: { summary?: string };
  body?: Block[];
}

const signs: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };
export const escape = (text: string) => text.replace(/[&<>"']/g, (sign) => signs[sign]!);

/** The `html` of a block is safe to show as it is; it is left out where it would say no more than the text. */
const inline = ({ text, html }: { text: string; html?: string }) => html ?? escape(text);

function show(block: Block): string {
  switch (block.type) {
    case 'heading': return `<h${block.level}>${escape(block.text)}</h${block.level}>`;
    case 'paragraph': return `<p>${inline(block)}</p>`;
    case 'quote': return `<blockquote>${inline(block)}</blockquote>`;
    case 'code': return `<pre><code>${escape(block.source)}</code></pre>`;
    case 'list': {
      const tag = block.ordered ? 'ol' : 'ul';
      return `<${tag}>${block.items.map((item) => `<li>${inline(item)}</li>`).join('')}</${tag}>`;
    }
    case 'image': return `<img src="${escape(block.url)}" alt="${escape(block.caption ?? '')}">`;
    case 'html': return block.html;
  }
}

export const page = ({ title = '', meta, body = [] }: Post, more = '') => `<!doctype html>
<title>${escape(title)}</title>
<meta name="description" content="${escape(meta?.summary ?? '')}">
<h1>${escape(title)}</h1>
${body.map(show).join('\n')}
${more}`;
