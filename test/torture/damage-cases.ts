/** Each does one bad thing to a run, and says what was not as promised. */
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { listFolder, mounted } from './real/mounts.ts';
import type { FixedScene } from './real/fixed-scene.ts';
import { git } from './real/line-history.ts';
import { runProgram, type ProgramEnd, type ProgramOptions } from './real/program.ts';

export type Case = (scene: FixedScene) => Promise<readonly string[] | 'skipped'>;

const run = (
  scene: FixedScene,
  options?: ProgramOptions,
  more: readonly string[] = [],
): Promise<ProgramEnd> => runProgram([...scene.args, ...more], options);

/** Whether a run ended with this code and said this; and without a bug's stack trace. */
function said({ code, stdout, stderr }: ProgramEnd, expected: number, words: RegExp): string[] {
  const all = `${stdout}${stderr}`;
  return [
    ...(code === expected ? [] : [`ended with ${code}, not ${expected}: ${all}`]),
    ...(words.test(all) ? [] : [`does not say ${words}: ${all}`]),
    ...(/^ {4}at /m.test(all) ? [`shows a stack: ${all}`] : []),
  ];
}

/** Once it is mended, a clean run brings everything that is due. */
async function recovers(scene: FixedScene): Promise<string[]> {
  const { code, stdout, stderr } = await run(scene);
  return [
    ...(code === 0 ? [] : [`a clean run ended with ${code}: ${stdout}${stderr}`]),
    ...scene.findings().wrong,
  ];
}

const requestsOf = ({ journal }: FixedScene): number => journal.arrivals.length;

/** Fills a disk to its last byte; the function frees it. */
function fill(folder: string): () => void {
  const path = join(folder, 'filler');
  try {
    writeFileSync(path, Buffer.alloc(1 << 20));
  } catch {
    // that is what was wanted
  }
  return () => rmSync(path);
}

export const cases = (kind: 'tag' | 'file'): Readonly<Record<string, Case>> =>
  kind === 'file' ? FILE_CASES : TAG_CASES;

const cursorFolder = ({ folder }: FixedScene): string => join(folder, 'cursors');
const cursorFile = (scene: FixedScene): string => join(cursorFolder(scene), 'cursors.json');

const FILE_CASES: Readonly<Record<string, Case>> = {
  'the disk is full before the run': (scene) =>
    mounted('tmpfs', cursorFolder(scene), async () => {
      const free = fill(cursorFolder(scene));
      const end = await run(scene);
      const wrong = said(end, 8, /ENOSPC/);
      if (existsSync(cursorFile(scene))) wrong.push('there is a cursor file');
      free();
      scene.journal.fault('disk full');
      return [...wrong, ...leftovers(scene), ...(await recovers(scene))];
    }),

  'the disk is full from the third event on': (scene) =>
    mounted('tmpfs', cursorFolder(scene), async () => {
      const early = await run(scene, {}, ['--to', scene.repo.commits[1] ?? '']);
      const before = readFileSync(cursorFile(scene), 'utf8');
      let free = (): void => undefined;
      const start = requestsOf(scene);
      scene.receivers.behave = () => {
        if (requestsOf(scene) === start + 2) free = fill(cursorFolder(scene));
        return { kind: 'answer', status: 204 };
      };
      const fault = scene.journal.lastingFault('disk full');
      const end = await run(scene);
      fault();
      const wrong = [...said(early, 0, /./), ...said(end, 8, /ENOSPC/)];
      if (readFileSync(cursorFile(scene), 'utf8') !== before) wrong.push('the cursor file has changed');
      free();
      return [...wrong, ...leftovers(scene), ...(await recovers(scene))];
    }),

  'a file may be no longer than 100 bytes': async (scene) => {
    const fault = scene.journal.lastingFault('file size');
    const end = await run(scene, { through: ['prlimit', '--fsize=100', '--'] });
    fault();
    const wrong =
      end.code === 8 ? said(end, 8, /EFBIG/) : [`ended with ${end.code}: ${end.stdout}${end.stderr}`];
    if (existsSync(cursorFile(scene))) wrong.push('there is half a cursor file');
    return [...wrong, ...leftovers(scene), ...(await recovers(scene))];
  },

  'its folder is read-only': (scene) =>
    mounted('read-only', cursorFolder(scene), async () => {
      const end = await run(scene);
      const wrong = said(end, 8, /EROFS/);
      if (requestsOf(scene) > 0) wrong.push('something was sent');
      return wrong;
    }),

  'its folder belongs to somebody else': async (scene) => {
    const end = await run(scene, { through: asNobody(scene), env: { HOME: '/nonexistent' } });
    const wrong = said(end, 8, /EACCES/);
    if (requestsOf(scene) > 0) wrong.push('something was sent');
    return [...wrong, ...(await recovers(scene))];
  },

  'its folder is gone': async (scene) => {
    rmSync(cursorFolder(scene), { recursive: true });
    const end = await run(scene);
    mkdirSync(cursorFolder(scene));
    return [...said(end, 8, /there is no folder/), ...(requestsOf(scene) > 0 ? ['something was sent'] : [])];
  },

  'the file was emptied': async (scene) => {
    await run(scene);
    const [before, sent] = [readFileSync(cursorFile(scene)), requestsOf(scene)];
    writeFileSync(cursorFile(scene), '');
    const end = await run(scene);
    const wrong = said(end, 8, /corrupt: it is empty/);
    if (requestsOf(scene) > sent) wrong.push('something was sent');
    writeFileSync(cursorFile(scene), before);
    return [...wrong, ...(await recovers(scene))];
  },
};

/** No temporary file and no lock stays behind a run that has ended. */
const leftovers = (scene: FixedScene): string[] =>
  readdirSync(cursorFolder(scene)).filter((name) => name !== 'cursors.json' && name !== 'filler');

/** Everything up to the scene is readable by all; what it is in is not writable. */
function asNobody({ folder }: FixedScene): string[] {
  chmodSync(folder, 0o755);
  return ['setpriv', '--reuid=65534', '--regid=65534', '--clear-groups', '--'];
}

const TAG_CASES: Readonly<Record<string, Case>> = {
  'a read-only clone of another user works, and nothing is written into it': async (scene) => {
    const { clone } = scene.repo;
    for (const path of ['', ...readdirSync(clone, { recursive: true, encoding: 'utf8' })]) {
      chownSync(join(clone, path), 1234, 1234);
    }
    return mounted('read-only', clone, async () => {
      const before = listFolder(clone);
      const end = await run(scene);
      const changed = listFolder(clone).join('\n') !== before.join('\n') ? ['the clone has changed'] : [];
      return [...said(end, 0, /./), ...changed, ...scene.findings().wrong];
    });
  },

  'the remote is read-only': (scene) =>
    mounted('read-only', scene.repo.remote, async () => {
      const end = await run(scene);
      return [
        ...said(end, 8, /read-only file system|unable to create|failed to (?:write|update)|unpacker error/i),
        ...(requestsOf(scene) > 0 ? ['something was sent'] : []),
      ];
    }),

  'the temporary folder is full': async (scene) => {
    const temporary = join(scene.folder, 'tmp');
    mkdirSync(temporary, { recursive: true });
    return mounted('tmpfs', temporary, async () => {
      const free = fill(temporary);
      const end = await run(scene, { env: { TMPDIR: temporary } });
      const wrong = said(end, 8, /temporary folder .*ENOSPC|No space left/i);
      if (requestsOf(scene) > 0) wrong.push('something was sent');
      free();
      return [...wrong, ...(await recovers(scene))];
    });
  },

  'the remote is gone': async (scene) => {
    rmSync(scene.repo.remote, { recursive: true });
    const end = await run(scene);
    const wrong = [
      ...said(end, 8, /cannot be reached/),
      ...(requestsOf(scene) > 0 ? ['something was sent'] : []),
    ];
    mkdirSync(scene.repo.remote); // for the next reset
    return wrong;
  },

  "one client's tag was deleted: it is told, and the other is served": async (scene) => {
    await run(scene, {}, ['--to', scene.repo.commits[1] ?? '']);
    const sent = requestsOf(scene);
    const kept = git(scene.repo.remote, ['rev-parse', 'refs/tags/team-events/one']);
    git(scene.repo.remote, ['update-ref', '-d', 'refs/tags/team-events/one']);
    const end = await run(scene);
    const wrong = said(end, 8, /the cursor of one is gone/);
    const after = scene.journal.arrivals.slice(sent);
    if (after.some(({ client }) => client === 'one')) wrong.push('one was sent something');
    if (!after.some(({ client }) => client === 'two')) wrong.push('two was sent nothing');
    git(scene.repo.remote, ['update-ref', 'refs/tags/team-events/one', kept]);
    return [...wrong, ...(await recovers(scene))];
  },

  'all cursors were deleted: none begins anew': async (scene) => {
    await run(scene);
    const sent = requestsOf(scene);
    for (const client of ['one', 'two'])
      git(scene.repo.remote, ['update-ref', '-d', `refs/tags/team-events/${client}`]);
    const end = await run(scene);
    return [
      ...said(end, 8, /the cursor of one is gone/),
      ...(requestsOf(scene) > sent ? ['something was sent'] : []),
    ];
  },

  'all tags were deleted, also the marks: nothing begins without --init': async (scene) => {
    await run(scene);
    const sent = requestsOf(scene);
    for (const ref of git(scene.repo.remote, ['for-each-ref', '--format=%(refname)', 'refs/tags/']).split(
      '\n',
    )) {
      git(scene.repo.remote, ['update-ref', '-d', ref]);
    }
    const end = await runProgram(scene.args.filter((arg) => arg !== '--init'));
    return [
      ...said(end, 8, /holds no cursor yet/),
      ...(requestsOf(scene) > sent ? ['something was sent'] : []),
    ];
  },
};
