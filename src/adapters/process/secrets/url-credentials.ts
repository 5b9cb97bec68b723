/** Without the credentials that a URL may hold. */
export const redact = (text: string): string => text.replace(/:\/\/[^/\s'"]*@/g, '://');

/** What stands in a part of a URL; what is no code stays as it is. */
export const percentDecoded = (text: string): string =>
  text.replace(/(?:%[0-9a-f]{2})+/gi, (codes) => Buffer.from(codes.replaceAll('%', ''), 'hex').toString());
