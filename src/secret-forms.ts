/** In which ways a secret may stand in a text. */

/** The value itself, and how URLs, JSON and headers carry it. */
export function secretForms(value: string): string[] {
  const base64 = Buffer.from(value).toString('base64');
  return [
    value,
    urlEncoded(value),
    new URLSearchParams({ '': value }).toString().slice(1),
    JSON.stringify(value).slice(1, -1),
    base64,
    base64.replace(/=+$/, ''),
    Buffer.from(value).toString('base64url'),
  ];
}

/** As a URL carries it; half a character, which none can carry, is replaced as everywhere. */
const urlEncoded = (value: string): string => encodeURIComponent(Buffer.from(value).toString());
