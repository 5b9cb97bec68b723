/** The text of one catalogue file -> its teams, or all problems that prevent its use. */
import type { Result } from '../../result.ts';
import { quoted } from '../../text/unicode.ts';
import type { FileProblem } from '../../yaml/file-problem.ts';
import { parseYaml, positionAt, type NodePath, type YamlText } from '../../yaml/yaml-text.ts';
import type { Configuration } from '../configuration/configuration.ts';
import type { TeamEntry } from '../team.ts';
import { createBudget, ExpansionError } from './expansion.ts';
import { createCanonicalizer } from './json-value.ts';
import { findTeams } from './layout.ts';
import { readTeam } from './read-team.ts';

/** Larger files are not read; they are reported as a problem. */
export const MAX_FILE_BYTES = 1024 * 1024;
/** Problems of one file reported one by one; further ones are only counted. */
export const MAX_PROBLEMS = 100;

/** The content of a file in git; `bytes` is undefined if it is larger than {@link MAX_FILE_BYTES}. */
export interface Blob {
  readonly size: number;
  readonly bytes: Uint8Array | undefined;
}

/** Either teams or problems, never both. */
export interface FileContent {
  readonly entries: readonly TeamEntry[];
  readonly problems: readonly FileProblem[];
}

/** Nearly all files share these. */
const NO_PROBLEMS: readonly FileProblem[] = [];

const failed = (...problems: FileProblem[]): FileContent => ({ entries: [], problems });

/** Reads one file of the catalogue. Never throws because of its content. */
export function readTeamFile(path: string, blob: Blob, configuration: Configuration): FileContent {
  const yaml = yamlOf(blob);
  if (!yaml.ok) return failed(yaml.wrong);
  const { documents: found, cycle, locate } = yaml.value;
  const problems: FileProblem[] = [];
  let untold = 0;
  const report = (node: NodePath, message: string): void => {
    if (problems.length < MAX_PROBLEMS) problems.push({ ...locate(node), message });
    else untold++;
  };
  const documents = found
    .map((document, index) => ({ document, node: [index] as NodePath }))
    .filter(({ document }) => document !== null);
  if (documents.length === 0) return failed({ line: 1, column: 1, message: 'the file is empty' });

  const entries: TeamEntry[] = [];
  let reading: NodePath = [0];
  try {
    const spend = createBudget(blob.size);
    const context = { path, configuration, spend, canonical: createCanonicalizer(spend), report };
    const raw = documents.flatMap(({ document, node }) => findTeams(document, node, context));
    for (const team of raw) {
      reading = team.node;
      const entry = readTeam(team, context);
      if (entry !== undefined) entries.push(entry);
    }
  } catch (error) {
    if (!(error instanceof ExpansionError)) throw error;
    return failed({ ...locate(reading), message: error.message });
  }
  if (cycle !== undefined) return failed({ ...cycle, message: 'an alias holds itself' });
  reportRepeatedIds(entries, report);
  if (untold > 0) problems.push({ line: 1, column: 1, message: `${untold} more problems in this file` });
  return problems.length > 0 ? failed(...problems) : { entries, problems: NO_PROBLEMS };
}

function reportRepeatedIds(
  entries: readonly TeamEntry[],
  report: (node: NodePath, message: string) => void,
): void {
  const seen = new Set<string>();
  for (const { id, node } of entries) {
    if (seen.has(id)) report(node, `the team id ${quoted(id)} appears twice in this file`);
    seen.add(id);
  }
}

const REPLACED = '\uFFFD';
const UTF8 = new TextDecoder('utf-8', { fatal: true });

/** The documents of a file. */
export function yamlOf(blob: Blob): Result<YamlText, FileProblem> {
  const text = decode(blob);
  return text.ok ? parseYaml(text.value) : text;
}

/** UTF-8 bytes -> text without a byte order mark. */
export function decode(blob: Blob): Result<string, FileProblem> {
  if (blob.bytes === undefined) {
    const message = `the file has ${blob.size} bytes; at most ${MAX_FILE_BYTES} are read`;
    return { ok: false, wrong: { line: 1, column: 1, message } };
  }
  try {
    return { ok: true, value: UTF8.decode(blob.bytes) };
  } catch {
    const valid = longestValidPrefix(blob.bytes);
    const position = positionAt(valid, valid.length);
    return { ok: false, wrong: { ...position, message: 'the text is not UTF-8' } };
  }
}

/** The text before the first byte that is not valid UTF-8. */
function longestValidPrefix(bytes: Uint8Array): string {
  const lenient = new TextDecoder('utf-8').decode(bytes);
  const encoder = new TextEncoder();
  let offset = 0;
  let end = 0;
  for (let at = lenient.indexOf(REPLACED); at >= 0; at = lenient.indexOf(REPLACED, end)) {
    offset += encoder.encode(lenient.slice(end, at)).length;
    // A replacement character in the file itself is valid: the three bytes EF BF BD.
    if (!(bytes[offset] === 0xef && bytes[offset + 1] === 0xbf && bytes[offset + 2] === 0xbd)) {
      return lenient.slice(0, at);
    }
    offset += 3;
    end = at + 1;
  }
  return lenient;
}
