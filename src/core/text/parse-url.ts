/**
 * The URL that a text is; undefined if it is none. In place of `URL.canParse`, which on Node 20 refuses good URLs with
 * letters such as é once it has been called a few thousand times.
 */
export function parseUrl(text: string): URL | undefined {
  try {
    return new URL(text);
  } catch {
    return undefined;
  }
}
