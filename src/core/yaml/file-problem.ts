/** What is wrong with a file, and where. */
import type { Position } from './node-position.ts';

export interface FileProblem extends Position {
  readonly message: string;
  /** The environment variable that has no value, or a wrong one, if that is the problem. */
  readonly variable?: string;
}

/** Formats a problem for messages. */
export const placed = (path: string, { line, column, message }: FileProblem): string =>
  `${path}:${line}:${column}: ${message}`;
