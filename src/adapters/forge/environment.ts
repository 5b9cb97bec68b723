/** What CI tells in the environment, and what came from a forge, checked. */
import { ForgeError } from './forge.ts';

/** The first of these variables that is set. @throws {ForgeError} if none is, or no header can hold it */
export function commentToken(
  environment: NodeJS.ProcessEnv,
  names: readonly string[],
  remedy: string,
): string {
  const name = names.find((one) => (environment[one] ?? '').trim() !== '');
  if (name === undefined) throw new ForgeError(`${names.join(' or ')} is not set: no token`, remedy);
  const token = (environment[name] ?? '').trim();
  if (!/^[\x21-\x7e]+$/.test(token))
    throw new ForgeError(`${name} holds characters that no token has`, remedy);
  return token;
}

export const missing = (variable: string, what: string): ForgeError =>
  new ForgeError(`${variable} is not set: ${what}`, 'Set it, or leave out --comment here.');

/** Both numbers; undefined if the first is not known. */
export function whole(pipeline: string | undefined, job: string | undefined): [number, number] | undefined {
  const numberOf = (text = ''): number | undefined => (/^\d{1,15}$/.test(text) ? Number(text) : undefined);
  const first = numberOf(pipeline);
  return first === undefined ? undefined : [first, numberOf(job) ?? 0];
}

/** The objects of a list. */
export const records = (items: readonly unknown[]): readonly Readonly<Record<string, unknown>>[] =>
  items.filter((item) => typeof item === 'object' && item !== null) as Readonly<Record<string, unknown>>[];
