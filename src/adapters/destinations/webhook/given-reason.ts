/**
 * Extracts the reason of a refusal from the answers of common products:
 *
 *     { "message": "No ref found for: main", "documentation_url": … }       GitHub, GitLab, Kubernetes, Grafana, Gitea
 *     { "error": "invalid_client", "error_description": "…" }                OAuth
 *     { "error": { "code": "…", "message": "…" } }                           Microsoft
 *     { "errors": [{ "title": "CF-UniquenessError", "detail": "…" }] }       Cloud Foundry, JSON:API
 *     { "type": "about:blank", "title": "…", "detail": "…" }                 problem+json, RFC 9457
 *     <html><head><title>413 Request Entity Too Large</title> …              nginx, Apache, Tomcat
 */

/** Keys that hold the reason, the most informative first; lower case, without hyphens and underscores. */
const KEYS = [
  'message',
  'errordescription',
  'errormessage',
  'errormessages',
  'errorsummary',
  'detail',
  'msg',
  'error',
  'errors',
  'description',
  'title',
  'reason',
] as const;

const MAX_DEPTH = 4;
const MAX_LISTED = 3;

/** The reason, of any length and number of lines; empty if the body has none. */
export function givenReason(body: string): string {
  const text = body.replace(/^\ufeff/, '').trim();
  if (/^[{["]/.test(text)) return saidInJson(text) || text;
  return text.startsWith('<') ? saidInMarkup(text) : text;
}

function saidInJson(text: string): string {
  try {
    return said(JSON.parse(text));
  } catch {
    return ''; // cut off, or none
  }
}

function said(value: unknown, depth = 0): string {
  if (typeof value === 'string') return value.trim();
  if (typeof value !== 'object' || value === null || depth > MAX_DEPTH) return '';
  if (Array.isArray(value)) return listed(value.slice(0, MAX_LISTED).map((one) => said(one, depth + 1)));
  const entries = Object.entries(value);
  const byKey = new Map(
    entries.map(([key, one]) => [key.toLowerCase().replace(/[-_]/g, ''), one as unknown]),
  );
  for (const key of KEYS) {
    const found = said(byKey.get(key), depth + 1);
    if (found === '') continue;
    // GitHub names the wrong field only in `errors`.
    const more =
      key === 'message' && Array.isArray(byKey.get('errors')) ? said(byKey.get('errors'), depth + 1) : '';
    return more === '' || found.includes(more) ? found : `${found}: ${more}`;
  }
  // Which field is wrong, and why: { "name": ["has already been taken"] }
  if (depth === 0) return '';
  return listed(
    entries.slice(0, MAX_LISTED).map(([key, one]) => {
      const found = said(one, depth + 1);
      return found === '' ? '' : `${key}: ${found}`;
    }),
  );
}

const listed = (texts: readonly string[]): string => texts.filter((text) => text !== '').join('; ');

/** The title of an HTML page; the text if it has no title, or is XML. */
function saidInMarkup(markup: string): string {
  let title = '';
  let text = '';
  let inside = '';
  for (const [token] of markup.matchAll(/<[^<>]*>?|[^<]+/g)) {
    const [, closing, name = ''] = /^<(\/?)([a-z!?-]+)/i.exec(token) ?? [];
    const tag = name.toLowerCase();
    if (tag === '' && inside === 'title') title += token;
    else if (tag === '' && inside === '') text += token;
    else if (tag === inside && closing === '/') inside = '';
    else if (inside === '' && closing === '' && ['title', 'style', 'script'].includes(tag)) inside = tag;
    else text += ' ';
  }
  return decoded(title.trim() || text);
}

const ENTITIES: Readonly<Record<string, string>> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  apos: "'",
  nbsp: ' ',
};

function decoded(text: string): string {
  return text.replace(/&(?:#(\d{1,7})|#x([\da-f]{1,6})|([a-z]{1,6}));/gi, (entity, decimal, hex, name) => {
    const code = decimal === undefined ? parseInt(String(hex), 16) : Number(decimal);
    if (name !== undefined) return ENTITIES[String(name).toLowerCase()] ?? entity;
    return code <= 0x10ffff ? String.fromCodePoint(code) : entity;
  });
}
