/** Members of one team whose ids look alike. */
import type { Configuration } from '../../../core/catalogue/configuration/configuration.ts';
import { keyPath, valueUnder } from '../../../core/catalogue/reading/key-path.ts';
import type { RawTeam } from '../../../core/catalogue/reading/layout.ts';
import { memberId, memberLists } from '../../../core/catalogue/reading/read-members.ts';
import { quoted } from '../../../core/text/unicode.ts';
import type { NodePath } from '../../../core/yaml/yaml-text.ts';
import { lookAlikePairs, spellingDifference } from './spelling.ts';

export interface LikeMember {
  /** Path of the later of the two. */
  readonly where: NodePath;
  readonly message: string;
}

/** Compares ids in the configured form; in a case-insensitive catalogue, ids that differ only in case are equal. */
export function* likeMembers(team: RawTeam, configuration: Configuration): Iterable<LikeMember> {
  for (const { first, second } of lookAlikePairs(membersOf(team, configuration), ({ id }) => id)) {
    const message =
      `the member ${quoted(second.id)} differs from ${quoted(first.id)} only in ` +
      `${spellingDifference(first.id, second.id)}: is it one person?`;
    yield { where: second.where, message };
  }
}

function* membersOf(
  { fields, node }: RawTeam,
  configuration: Configuration,
): Iterable<{ readonly id: string; readonly where: NodePath }> {
  for (const list of memberLists(fields, configuration)) {
    const items = valueUnder(fields, list);
    if (!Array.isArray(items)) continue;
    const place = [...node, ...keyPath(fields, list)];
    for (const [index, item] of (items as unknown[]).entries()) {
      const id = memberId(item, configuration);
      if (id !== undefined) yield { id, where: [...place, index] };
    }
  }
}
