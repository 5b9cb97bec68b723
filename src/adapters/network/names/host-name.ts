/** Hosts as written in URLs, and their normal form for comparison. */

/** An IPv6 address without its brackets; any other host unchanged. */
export const withoutBrackets = (host: string): string => host.replace(/^\[(.*)\]$/, '$1');

/** In lower case and without trailing dots, which do not change the name. */
export const plainName = (host: string): string => host.toLowerCase().replace(/\.+$/, '');
