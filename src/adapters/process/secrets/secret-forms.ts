/** The forms in which a secret may appear in a text. */

/** A shorter piece of base64 would be found in ordinary words. */
const MIN_PIECE = 8;

/** The value itself, and as URLs, JSON, HTML, headers and encoders write it, alone or inside something longer. */
export function secretForms(value: string): string[] {
  const json = JSON.stringify(value).slice(1, -1);
  const bytes = Buffer.from(value);
  const url = urlEncoded(value);
  const form = new URLSearchParams({ '': value }).toString().slice(1);
  return [
    ...new Set([
      value,
      url,
      lowerCaseCodes(url),
      form,
      lowerCaseCodes(form),
      ...inUrl(value),
      json,
      json.replaceAll('/', '\\/'),
      escaped(json, /[^\u0020-\u007e]/g),
      escaped(json, /[<>&\u2028\u2029]/g),
      html(value, '&#39;'),
      html(value, '&#x27;'),
      bytes.toString('hex'),
      bytes.toString('hex').toUpperCase(),
      ...base64Forms(bytes),
    ]),
  ];
}

/** As a URL encodes it; unpaired surrogates, which cannot be encoded, are replaced. */
const urlEncoded = (value: string): string => encodeURIComponent(Buffer.from(value).toString());

/** As it appears when put into a path or a query without encoding. */
function inUrl(value: string): string[] {
  const url = new URL('https://host/');
  url.pathname = `/${value}`;
  url.search = `?${value}`;
  return [url.pathname.slice(1), url.search.slice(1)];
}

const lowerCaseCodes = (encoded: string): string =>
  encoded.replace(/%[0-9A-F]{2}/g, (code) => code.toLowerCase());

/** Some JSON writers escape more than necessary. */
const escaped = (json: string, which: RegExp): string =>
  json.replace(which, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`);

const html = (value: string, apostrophe: string): string =>
  value
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", apostrophe);

/**
 * Base64 in both alphabets: of the value alone, and the part that stays the same whatever precedes and follows it in
 * the same base64 (such as the password in `Authorization: Basic …`), for each of the three possible alignments.
 */
function base64Forms(bytes: Buffer): string[] {
  const pieces = [0, 1, 2].map((before) => {
    const encoded = Buffer.concat([Buffer.alloc(before), bytes]).toString('base64url');
    const endsWithGroup = (before + bytes.length) % 3 === 0;
    return encoded.slice(Math.ceil((before * 8) / 6), endsWithGroup ? undefined : -1);
  });
  const whole = bytes.toString('base64url');
  const forms = [whole, ...pieces.filter(({ length }) => length >= MIN_PIECE)];
  const standard = forms.map((form) => form.replaceAll('-', '+').replaceAll('_', '/'));
  return [...forms, ...standard, bytes.toString('base64')];
}
