/**
 * Whether a text reveals a secret in any form: found by decoding the text, so in another way than the redactor works.
 */

const MIN_PART = 8;

/** The forms in which `text` contains `secret`. */
export function leaksOf(text: string, secret: string): string[] {
  const readings: Readonly<Record<string, readonly string[]>> = {
    raw: [text],
    wrapped: [text.replace(/\s+/g, '')],
    'URL-encoded': [text.replace(/\+/g, ' '), text].map((one) =>
      one.replace(/(?:%[0-9a-f]{2})+/gi, (codes) => Buffer.from(codes.replaceAll('%', ''), 'hex').toString()),
    ),
    'JSON-escaped': [
      text
        .replace(/\\u([0-9a-f]{4})/gi, (_, code: string) => String.fromCharCode(Number.parseInt(code, 16)))
        .replace(/\\(.)/g, '$1'),
    ],
    'HTML-escaped': [
      text
        .replace(/&#(x?)([0-9a-f]+);/gi, (_, hex: string, code: string) =>
          String.fromCodePoint(Number.parseInt(code, hex === '' ? 10 : 16)),
        )
        .replaceAll('&lt;', '<')
        .replaceAll('&gt;', '>')
        .replaceAll('&quot;', '"')
        .replaceAll('&amp;', '&'),
    ],
    hex: decodedRuns(text, /[0-9a-f]{8,}/gi, 'hex', 2),
    base64: decodedRuns(text, /[A-Za-z0-9+/_-]{6,}/g, 'base64', 4),
    'wrapped base64': decodedRuns(text.replace(/\s+/g, ''), /[A-Za-z0-9+/_-]{6,}/g, 'base64', 4),
  };
  const parts = [secret, secret.replace(/\s+/g, '')].flatMap(partsOf);
  return Object.entries(readings)
    .filter(([, texts]) => texts.some((one) => parts.some((part) => one.includes(part))))
    .map(([form]) => form);
}

/** From each of the places at which a group may begin. */
function decodedRuns(text: string, run: RegExp, encoding: 'hex' | 'base64', group: number): string[] {
  return (text.match(run) ?? []).flatMap((found) =>
    Array.from({ length: group }, (_, from) => Buffer.from(found.slice(from), encoding).toString()),
  );
}

/** A part of a secret is one. */
const partsOf = (secret: string): string[] =>
  Array.from({ length: Math.max(1, secret.length - MIN_PART + 1) }, (_, at) =>
    secret.slice(at, at + MIN_PART),
  );
