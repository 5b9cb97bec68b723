/** A commit as several texts show it. */
import type { Style } from '../adapters/process/terminal/style.ts';
import { printable } from '../core/text/log-safe.ts';
import { shorten } from '../core/text/shorten.ts';

export interface ShownCommit {
  readonly id: string;
  /** null if the commit is not in this clone. */
  readonly title: string | null;
  /** RFC 3339, UTC. */
  readonly time: string | null;
}

export const commitText = ({ id, title }: Pick<ShownCommit, 'id' | 'title'>, style: Style): string =>
  `${style.yellow(id.slice(0, 12))}${title === null ? '' : ` ${printable(shorten(title, 50))}`}`;
