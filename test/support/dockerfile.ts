/**
 * The file tree of an image, assembled in a folder by what its Dockerfile says. An instruction or a command that is
 * not understood here is an error, so that nothing of the Dockerfile goes untested unseen.
 */
import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readFileSync, statSync, symlinkSync } from 'node:fs';
import { basename, dirname, join, posix } from 'node:path';
import picomatch from 'picomatch';

export interface Instruction {
  readonly name: string;
  readonly value: string;
}

export interface Image {
  /** The folder that represents `/` of the last stage. */
  readonly root: string;
  /** The instructions of the last stage. */
  readonly instructions: readonly Instruction[];
  /** Packages that apt-get installs there. */
  readonly packages: readonly string[];
}

/** One for each line, comments left out and continued lines joined. */
export function parseDockerfile(text: string): readonly Instruction[] {
  return text
    .replace(/^\s*#.*\n/gm, '')
    .replace(/\\\n\s*/g, '')
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => {
      const [, name, value] = /^([A-Z]+) (.+)$/.exec(line) ?? [];
      if (name === undefined || value === undefined) throw new Error(`no instruction: ${line}`);
      return { name, value: value.trim() };
    });
}

/** Whether `.dockerignore` leaves a path of the repo in the context: the last pattern that says something counts. */
export function inContext(ignore: string): (path: string) => boolean {
  const rules = ignore
    .split('\n')
    .filter((line) => line.trim() !== '' && !line.startsWith('#'))
    .map((line) => ({
      kept: line.startsWith('!'),
      matches: picomatch(line.replace(/^!/, ''), { dot: true }),
    }));
  return (path) => {
    const parts = path.split('/');
    const above = parts.map((_, index) => parts.slice(0, index + 1).join('/'));
    return rules.findLast(({ matches }) => above.some((folder) => matches(folder)))?.kept ?? true;
  };
}

/** Copies what the builder is given: the files that git tracks or would track, less what is ignored. */
function gather(repo: string, context: string): void {
  const kept = inContext(readFileSync(join(repo, '.dockerignore'), 'utf8'));
  const listed = ['ls-files', '--cached', '--others', '--exclude-standard', '-z'];
  for (const path of execFileSync('git', listed, { cwd: repo, encoding: 'utf8' }).split('\0')) {
    if (path !== '' && kept(path) && existsSync(join(repo, path))) {
      cpSync(join(repo, path), join(context, path));
    }
  }
}

/** Assembles it in the folder `work`. What builds is run, on the packages installed in `repo` instead of `npm ci`. */
export function assembleImage(repo: string, dockerfile: string, work: string): Image {
  const stages = new Map<string, string>();
  const context = join(work, 'context');
  gather(repo, context);
  let root = '';
  let folder = '/';
  let packages: string[] = [];
  let instructions: Instruction[] = [];
  const at = (path: string): string => join(root, posix.resolve(folder, path));

  function copy(value: string): void {
    const [, stage] = /^--from=(\S+) /.exec(value) ?? [];
    const words = value.replace(/^--from=\S+ /, '').split(' ');
    const target = words.pop() ?? '';
    const from = stage === undefined ? context : stages.get(stage);
    if (from === undefined || words.length === 0 || value.includes(' --') || /[*?["$]/.test(value)) {
      throw new Error(`not understood: COPY ${value}`);
    }
    const many = target.endsWith('/');
    if (words.length > 1 && !many) throw new Error(`several sources for one file: COPY ${value}`);
    for (const word of words) {
      const source = join(from, word);
      // For a folder, Docker copies its contents.
      const inFolder = many && !statSync(source).isDirectory();
      cpSync(source, inFolder ? join(at(target), basename(word)) : at(target), {
        recursive: true,
        verbatimSymlinks: true,
      });
    }
  }

  function run(command: string): void {
    const words = command.split(/ +/);
    const start = words.slice(0, 2).join(' ');
    if (start === 'npm ci') {
      for (const file of ['package.json', 'package-lock.json', '.npmrc']) statSync(at(file));
      symlinkSync(join(repo, 'node_modules'), at('node_modules'));
    } else if (start === 'npm run' || start === 'node scripts/sbom.mjs') {
      const env = { PATH: process.env['PATH'], HOME: work };
      execFileSync('sh', ['-c', command], { cwd: at('.'), env, stdio: 'pipe' });
    } else if (start === 'apt-get install') {
      packages.push(...words.slice(2).filter((word) => !word.startsWith('-')));
    } else if (start === 'ln -s' && words.length === 4) {
      const [, , target = '', link = ''] = words;
      statSync(at(target));
      mkdirSync(dirname(at(link)), { recursive: true });
      symlinkSync(at(target), at(link));
    } else if (command !== 'apt-get update' && command !== 'rm -rf /var/lib/apt/lists/*') {
      throw new Error(`not understood: RUN ${command}`);
    }
  }

  for (const instruction of parseDockerfile(dockerfile)) {
    const { name, value } = instruction;
    instructions.push(instruction);
    if (name === 'FROM') {
      const [, stage = ''] = / AS (\S+)$/.exec(value) ?? [];
      root = join(work, `stage-${stages.size}`);
      stages.set(stage, root);
      [folder, packages, instructions] = ['/', [], [instruction]];
    } else if (name === 'WORKDIR') {
      folder = posix.resolve(folder, value);
      mkdirSync(at('.'), { recursive: true });
    } else if (name === 'COPY') copy(value);
    else if (name === 'RUN') value.split(' && ').forEach((command) => run(command.trim()));
    else if (!['ARG', 'ENV', 'USER', 'ENTRYPOINT', 'CMD', 'LABEL'].includes(name)) {
      throw new Error(`not understood: ${name} ${value}`);
    }
  }
  return { root, instructions, packages };
}
