/** Removes credentials from URLs in a text. */
export const redact = (text: string): string => text.replace(/:\/\/[^/\s'"]*@/g, '://');

/** Decodes a part of a URL; text that is no percent code stays unchanged. */
export const percentDecoded = (text: string): string =>
  text.replace(/(?:%[0-9a-f]{2})+/gi, (codes) => Buffer.from(codes.replaceAll('%', ''), 'hex').toString());
