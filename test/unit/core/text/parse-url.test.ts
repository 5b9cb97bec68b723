/** URLs are taken and refused the same however many were looked at before. */
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { parseUrl } from '../../../../src/core/text/parse-url.ts';

it.each([
  ['https://example.com/équipes', 'https://example.com/%C3%A9quipes'],
  ['https://é.example.com/', 'https://xn--9ca.example.com/'],
  ['https://host:99999/', undefined],
  ['no url', undefined],
])('%s', (text, href) => {
  expect(parseUrl(text)?.href).toBe(href);
});

it('takes a good URL with é again and again, also when the code that parses has long been optimised', () => {
  const refused = Array.from({ length: 20_000 }, (_, index) =>
    // As a file is read: V8 then holds it as flat Latin-1.
    parseUrl(JSON.parse(`"https://example.com/équipes/${index}"`) as string),
  ).filter((url) => url === undefined);
  expect(refused).toEqual([]);
});

it('is what the program asks: nothing of it calls URL.canParse, which is wrong there on Node 20', () => {
  const source = fileURLToPath(new URL('../../../../src/', import.meta.url));
  const callers = readdirSync(source, { recursive: true })
    .map(String)
    .filter(
      (path) => path.endsWith('.ts') && /URL\.canParse\(/.test(readFileSync(`${source}${path}`, 'utf8')),
    );
  expect(callers).toEqual([]);
});
