/** What CloudEvents takes for a source: a URI-reference by RFC 3986. Receivers' libraries refuse any other. */

const CHARACTERS = "(?:[A-Za-z0-9\\-._~!$&'()*+,;=:@/]|%[0-9A-Fa-f]{2})";
const SEGMENT_WITHOUT_COLON = CHARACTERS.replace(':@/', '@');
const AUTHORITY = '(?:[^/?#\\[\\]@]*@)?(?:\\[[0-9A-Fa-f:.]+\\](?::[0-9]*)?|[^/?#\\[\\]@]*)';

/**
 * `scheme:rest`, `//authority/path`, `/path`, or a relative path whose first segment has no colon; each with a query and a
 * fragment. A bracket stands only around an address.
 */
export const URI_REFERENCE = new RegExp(
  `^(?=(?:${CHARACTERS}|[?#\\[\\]])+$)` +
    `(?:[A-Za-z][A-Za-z0-9+.\\-]*:(?://${AUTHORITY}(?:/[^?#\\[\\]]*)?|(?!//)[^?#\\[\\]]*)|//${AUTHORITY}(?:/[^?#\\[\\]]*)?|/(?!/)[^?#\\[\\]]*|` +
    `(?:${SEGMENT_WITHOUT_COLON}+(?:/[^?#\\[\\]]*)?)?)` +
    '(?:\\?[^#\\[\\]]*)?(?:#[^#\\[\\]]*)?$',
);

const RESERVED_IN_PATH = /[?#]/g;

/** A path as text -> as a URI carries it: what it may not hold is percent-encoded, as UTF-8. */
export const encodedPath = (path: string): string =>
  encodeURI(path.replace(/\p{Cs}/gu, '\ufffd')).replace(RESERVED_IN_PATH, encodeURIComponent);
