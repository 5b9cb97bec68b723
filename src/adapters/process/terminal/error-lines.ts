/** An error that stops a command, for people: what happened, then what to do now. */
import type { RunError } from '../../../errors.ts';
import type { Style } from './style.ts';

export function errorLines({ lines: [message = '', ...more] }: RunError, style: Style): readonly string[] {
  return [`${style.red('error')}: ${message}`, ...more];
}
