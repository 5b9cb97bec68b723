/** The nouns of a catalogue. */
import type { NodePath, Position } from '../yaml/yaml-text.ts';
import { NO_FRAME, type IdFrame } from './configuration/id-frame.ts';
import type { Json, JsonObject } from './reading/json-value.ts';

/** `id`, then the member's other keys as they stand in the file; `roles` where it came by role lists. */
export type Member = JsonObject & { readonly id: string };

/** The form that events carry. Members sorted by id, tags sorted, attributes by key, all in code units. */
export interface Team {
  readonly id: string;
  readonly name: string;
  readonly members: readonly Member[];
  readonly tags: readonly Json[] | JsonObject;
  /** null where the file names none. */
  readonly perimeter: Json;
  readonly attributes: JsonObject;
}

/**
 * A team and where it stands. It is kept as its JSON: most teams are only compared and written, and text is
 * quicker to keep, compare and write than objects (docs/performance.md). `teamOf` opens it.
 */
export interface TeamEntry {
  readonly id: string;
  /** The {@link Team} as JSON in its one form: the same text is the same team. */
  readonly text: string;
  /** Of that its members, and how many they are. */
  readonly members: string;
  readonly memberCount: number;
  /** Ids that the same team may have had before, the likelier first. */
  readonly previously: readonly string[];
  /** What stands in `id` around the part by which its file may name an earlier one. */
  readonly idFrame: IdFrame;
  readonly file: string;
  /** Where in the file's YAML the team starts. */
  readonly node: NodePath;
}

type Place = Pick<TeamEntry, 'previously' | 'file' | 'node'> & Partial<Pick<TeamEntry, 'idFrame'>>;

export function teamEntry(team: Team, place: Place): TeamEntry {
  const { id, name, tags, perimeter, attributes } = team;
  const json = JSON.stringify;
  const members = json(team.members);
  const text =
    `{"id":${json(id)},"name":${json(name)},"members":${members},"tags":${json(tags)},` +
    `"perimeter":${json(perimeter)},"attributes":${json(attributes)}}`;
  const { previously, idFrame = NO_FRAME, file, node } = place;
  return { id, text, members, memberCount: team.members.length, previously, idFrame, file, node };
}

export const teamOf = ({ text }: TeamEntry): Team => JSON.parse(text) as Team;

/** Something wrong in a file of the catalogue. `commit` is the revision that brought it in. */
export interface Problem extends Position {
  readonly path: string;
  readonly commit: string;
  readonly message: string;
}
