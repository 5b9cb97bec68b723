/** What CloudEvents accepts as a source: a URI-reference by RFC 3986. Libraries of receivers reject anything else. */

const CHARACTERS = "(?:[A-Za-z0-9\\-._~!$&'()*+,;=:@/]|%[0-9A-Fa-f]{2})";
const SEGMENT_WITHOUT_COLON = CHARACTERS.replace(':@/', '@');
const AUTHORITY = '(?:[^/?#\\[\\]@]*@)?(?:\\[[0-9A-Fa-f:.]+\\](?::[0-9]*)?|[^/?#\\[\\]@]*)';

/**
 * `scheme:rest`, `//authority/path`, `/path`, or a relative path whose first segment has no colon; each with an
 * optional query and fragment. Brackets are allowed only around an IP address.
 */
export const URI_REFERENCE = new RegExp(
  `^(?=(?:${CHARACTERS}|[?#\\[\\]])+$)` +
    `(?:[A-Za-z][A-Za-z0-9+.\\-]*:(?://${AUTHORITY}(?:/[^?#\\[\\]]*)?|(?!//)[^?#\\[\\]]*)|//${AUTHORITY}(?:/[^?#\\[\\]]*)?|/(?!/)[^?#\\[\\]]*|` +
    `(?:${SEGMENT_WITHOUT_COLON}+(?:/[^?#\\[\\]]*)?)?)` +
    '(?:\\?[^#\\[\\]]*)?(?:#[^#\\[\\]]*)?$',
);

const RESERVED_IN_PATH = /[?#]/g;

/** Percent-encodes (as UTF-8) what a path in a URI may not hold. */
export const encodedPath = (path: string): string =>
  encodeURI(path.replace(/\p{Cs}/gu, '\ufffd')).replace(RESERVED_IN_PATH, encodeURIComponent);
