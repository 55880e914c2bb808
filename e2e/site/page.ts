// A page of the site.
import type { components } from '../openapi/made/api';

type Post = components['schemas']['Post'];

const signs: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

/** What the archive does not call `html` is text, and may have any sign in it. */
export const escape = (text: string) => text.replace(/[&<>"']/g, (sign) => signs[sign]!);

export const page = ({ title, meta }: Pick<Post, 'title' | 'meta'>, body: string, more = '') => `<!doctype html>
<title>${escape(title)}</title>
<meta name="description" content="${escape(meta.summary ?? '')}">
<h1>${escape(title)}</h1>
${body}
${more}`;
