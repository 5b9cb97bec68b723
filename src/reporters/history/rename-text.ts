/** The hint about an undeclared rename. */
import type { Likeness, RenameHint } from '../../core/events/hints/rename-hints.ts';
import { printable } from '../../core/text/log-safe.ts';

const WHY: Readonly<Record<Likeness, string>> = {
  file: 'it is in the same file',
  content: 'it has the same members, tags, perimeter and attributes',
  name: 'it has the same name',
  members: 'at least half of the members are the same',
};

/**
 * On one line. `key` is the configured name of `previously`; under another name it usually serves another tool, which
 * expects text.
 */
export function renameText({ from, to, likeness, written }: RenameHint, key: string): string {
  const [was, is] = [printable(from.id), printable(to.id)];
  const value = key === 'previously' ? `[${asYaml(written)}]` : asYaml(written);
  return (
    `${is} looks like a rename of ${was}, as ${WHY[likeness]}: to declare it, ` +
    `add "${printable(key)}: ${value}" to ${is} in ${printable(to.file)}, in the same step`
  );
}

const asYaml = (id: string): string => (/^(?!null$)[a-z_][\w-]*$/i.test(id) ? id : JSON.stringify(id));
