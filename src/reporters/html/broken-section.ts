/** The files that hold old content, on a page of a status. */
import { counted } from '../../core/text/counted.ts';
import { markup, type Markup, type Part } from './markup.ts';
import { section, table } from './page.ts';

export interface ShownBrokenFile {
  readonly path: string;
  /** Of its first problem. */
  readonly line: number;
  readonly column: number;
  readonly message: string;
  readonly problems: number;
  /** The newest commit that changed it. */
  readonly changed: {
    readonly id: string;
    readonly title: string | null;
    readonly time: string | null;
    readonly author: string;
  } | null;
}

export function brokenSection(files: readonly ShownBrokenFile[]): Markup | undefined {
  if (files.length === 0) return undefined;
  const hold = files.length === 1 ? 'which holds' : 'which hold';
  return section(
    'Broken files',
    table({
      caption: `${counted(files.length, 'broken file')}, ${hold} the last valid content`,
      head: ['Place', 'What', 'Since', 'By'],
      rows: files.map((file) => [
        `${file.path}:${file.line}:${file.column}`,
        what(file),
        since(file),
        file.changed?.author ?? '',
      ]),
    }),
  );
}

const what = ({ message, problems }: ShownBrokenFile): string =>
  problems > 1 ? `${message} (and ${problems - 1} more)` : message;

const since = ({ changed }: ShownBrokenFile): Part =>
  changed === null
    ? ''
    : markup`${changed.time?.slice(0, 10) ?? ''} <code>${changed.id.slice(0, 12)}</code> ${changed.title ?? ''}`;
