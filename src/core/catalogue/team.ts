/** The basic types of a catalogue. */
import type { NodePath, Position } from '../yaml/yaml-text.ts';
import { NO_FRAME, type IdFrame } from './configuration/id-frame.ts';
import type { Json, JsonObject } from './reading/json-value.ts';

/** `id`, then the member's other keys as the file has them; `roles` if the members were read from role lists. */
export type Member = JsonObject & { readonly id: string };

/** A team as events carry it: members sorted by id, tags sorted, attributes by key, all in code-unit order. */
export interface Team {
  readonly id: string;
  readonly name: string;
  readonly members: readonly Member[];
  readonly tags: readonly Json[] | JsonObject;
  /** null if the file names none. */
  readonly perimeter: Json;
  readonly attributes: JsonObject;
}

/**
 * A team and its place in the file. It is kept as JSON text, because most teams are only compared and written, and text
 * is faster to keep, compare and write than objects (docs/performance.md). `teamOf` parses it.
 */
export interface TeamEntry {
  readonly id: string;
  /** The {@link Team} as canonical JSON: equal text means equal teams. */
  readonly text: string;
  /** The members part of `text`, and how many members there are. */
  readonly members: string;
  readonly memberCount: number;
  /** The tags part of `text`. */
  readonly tags: string;
  /** Ids that the team may have had before, the more likely first. */
  readonly previously: readonly string[];
  /** The text in `id` around the part that `previously` may name alone. */
  readonly idFrame: IdFrame;
  readonly file: string;
  /** Path of the team in the file's YAML. */
  readonly node: NodePath;
}

type Place = Pick<TeamEntry, 'previously' | 'file' | 'node'> & Partial<Pick<TeamEntry, 'idFrame'>>;

/** Nearly all teams share these: there may be a hundred thousand. */
const NO_IDS: readonly string[] = [];
const FIRST_DOCUMENT: NodePath = [0];

export function teamEntry(team: Team, place: Place): TeamEntry {
  const { id, name, tags, perimeter, attributes } = team;
  const json = JSON.stringify;
  const before = `{"id":${json(id)},"name":${json(name)},"members":`;
  const [ofMembers, between, ofTags] = [json(team.members), ',"tags":', json(tags)];
  const text =
    `${before}${ofMembers}${between}${ofTags},` +
    `"perimeter":${json(perimeter)},"attributes":${json(attributes)}}`;
  // Slices share the memory of `text`, and make V8 put its pieces together.
  const members = text.slice(before.length, before.length + ofMembers.length);
  const tagsAt = before.length + ofMembers.length + between.length;
  const ownTags = text.slice(tagsAt, tagsAt + ofTags.length);
  const { previously, idFrame = NO_FRAME, file, node } = place;
  return {
    id,
    text,
    members,
    memberCount: team.members.length,
    tags: ownTags,
    previously: previously.length === 0 ? NO_IDS : previously,
    idFrame,
    file,
    node: node.length === 1 && node[0] === 0 ? FIRST_DOCUMENT : node,
  };
}

export const teamOf = ({ text }: TeamEntry): Team => JSON.parse(text) as Team;

/** A problem in a file of the catalogue. `commit` is the revision that introduced it. */
export interface Problem extends Position {
  readonly path: string;
  readonly commit: string;
  readonly message: string;
}
