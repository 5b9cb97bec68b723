/**
 * Contents of many blobs by one `git cat-file --batch`.
 *
 *     <id> blob <size>\n<bytes>\n     or     <id> missing\n
 *
 * Not by simple-git: it keeps all of a command's output, and here one file may have any size. What is larger
 * than a catalogue file may be is passed over as it streams by.
 */
import { spawn } from 'node:child_process';
import { MAX_FILE_BYTES, type Blob } from '../catalogue/team-file.ts';
import { HistoryError } from '../errors.ts';
import { GIT_OPTIONS, type Repository } from './repository.ts';

const NEWLINE = 0x0a;

/** Each id's content. @throws {HistoryError} where one is missing, as in a damaged or partial clone. */
export async function readBlobs(
  repository: Repository,
  ids: Iterable<string>,
): Promise<ReadonlyMap<string, Blob>> {
  const wanted = [...new Set(ids)];
  if (wanted.length === 0) return new Map();
  const options = GIT_OPTIONS.flatMap((option) => ['-c', option]);
  const git = spawn('git', [...options, '--no-replace-objects', 'cat-file', '--batch', '--buffer'], {
    cwd: repository.root,
    env: withoutGitVariables(process.env),
    stdio: ['pipe', 'pipe', 'ignore'],
  });
  const ended = new Promise<void>((resolve, reject) => {
    git.on('error', reject);
    git.on('close', () => resolve());
  });
  git.stdin.on('error', () => undefined); // it ended early: told by what is missing
  git.stdin.end(`${wanted.join('\n')}\n`);
  const parser = createBatchParser();
  for await (const chunk of git.stdout) parser.push(chunk as Buffer);
  await ended;
  for (const id of wanted) {
    if (parser.blobs.has(id)) continue;
    throw new HistoryError(
      `the object ${id} is missing in ${repository.directory}`,
      `See what is damaged: git -C ${repository.directory} fsck --connectivity-only`,
    );
  }
  return parser.blobs;
}

function withoutGitVariables(environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(environment).filter(([name]) => !name.startsWith('GIT_')));
}

/** Takes the output in any pieces. */
export function createBatchParser(): {
  readonly blobs: ReadonlyMap<string, Blob>;
  push(chunk: Buffer): void;
} {
  const blobs = new Map<string, Blob>();
  let header = '';
  let current: { id: string; size: number; bytes: Buffer | undefined; read: number } | undefined;

  const begin = (): void => {
    const [id = '', , size] = header.split(' ');
    header = '';
    if (size === undefined) return; // "<id> missing"
    const length = Number(size);
    const bytes = length > MAX_FILE_BYTES ? undefined : Buffer.allocUnsafe(length);
    current = { id, size: length, bytes, read: 0 };
  };

  return {
    blobs,
    push(chunk) {
      let at = 0;
      while (at < chunk.length) {
        if (current === undefined) {
          const end = chunk.indexOf(NEWLINE, at);
          header += chunk.toString('latin1', at, end < 0 ? chunk.length : end);
          at = end < 0 ? chunk.length : end + 1;
          if (end >= 0) begin();
          continue;
        }
        const take = Math.min(chunk.length - at, current.size - current.read);
        current.bytes?.set(chunk.subarray(at, at + take), current.read);
        current.read += take;
        at += take;
        if (current.read === current.size && at < chunk.length) {
          at++; // the newline after the content
          blobs.set(current.id, { size: current.size, bytes: current.bytes });
          current = undefined;
        }
      }
    },
  };
}
