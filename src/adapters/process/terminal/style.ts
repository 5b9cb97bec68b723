/** Colours. The only user of chalk. `logSafe` knows which colours are used. */
import { Chalk, supportsColor, supportsColorStderr, type ChalkInstance } from 'chalk';

export type ColorChoice = 'auto' | 'always' | 'never';
export type Style = ChalkInstance;

/**
 * `choice` (the flag) wins over NO_COLOR, and NO_COLOR over FORCE_COLOR; otherwise colours are used if the stream is a
 * terminal that supports them. Decided for each stream separately.
 */
export function createStyle(
  choice: ColorChoice,
  environment: NodeJS.ProcessEnv,
  stream: 'stdout' | 'stderr',
  isTerminal: boolean,
): Style {
  return new Chalk({ level: colorLevel(choice, environment, stream, isTerminal) });
}

function colorLevel(
  choice: ColorChoice,
  environment: NodeJS.ProcessEnv,
  stream: 'stdout' | 'stderr',
  isTerminal: boolean,
): 0 | 1 | 2 | 3 {
  if (choice === 'never') return 0;
  if (choice === 'always') return 1;
  if (environment['NO_COLOR']) return 0;
  const forced = environment['FORCE_COLOR'];
  if (forced !== undefined) return forced === '0' || forced === 'false' ? 0 : 1;
  if (!isTerminal || environment['TERM'] === 'dumb') return 0;
  const support = stream === 'stdout' ? supportsColor : supportsColorStderr;
  return support ? support.level : 0;
}

/** The width of a column with these texts. */
export const columnWidth = (texts: Iterable<string>): number => {
  let width = 0;
  for (const { length } of texts) width = Math.max(width, length);
  return width;
};
