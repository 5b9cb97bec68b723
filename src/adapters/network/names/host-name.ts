/** How a host is written in a URL, and how it is compared. */

/** An IPv6 address without its brackets; any other host as it is. */
export const withoutBrackets = (host: string): string => host.replace(/^\[(.*)\]$/, '$1');

/** Dots at the end and capitals make no other name. */
export const plainName = (host: string): string => host.toLowerCase().replace(/\.+$/, '');
