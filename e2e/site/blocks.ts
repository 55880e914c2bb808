// The body of a post as HTML, of its blocks. One post alone has it made: ?include=html.
import type { components } from '../openapi/made/api';
import { escape } from './page';

type Block = components['schemas']['Block'];

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
    case 'image': return `<img src="${escape(block.url)}" alt="${escape(block.alt ?? block.caption ?? '')}">`;
    case 'html': return block.html;
  }
}

export const html = (body: Block[]) => body.map(show).join('\n');
