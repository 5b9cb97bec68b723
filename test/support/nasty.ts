/** Values that people may write into teams, commits, clients and answers to be misread by a log. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { commandsIn } from './ci-commands.ts';
import { teamEvents, type Result } from './program.ts';
import { clientOf, startReceiver } from './receiver.ts';
import { createRepo, tempFolder, type SampleRepo } from './sample-repo.ts';

/** What may stand in ids and names too. */
export const WORDS = '::error::pwned ##[add-mask]e ##vso[task.complete]e ##teamcity[x]';
/** May stand in a path too. */
export const NASTY =
  'x\npwned\r::set-output name=a::b\r\n\t::stop-commands::x\n--- pwned\u0085pwned\u2028pwned' +
  '\u001b]8;;evil\u001b\\\u001b[2J\u001b[31m\u009b31m\u007f\u0007\u202e\u2066##[add-mask]e ##vso[a]e section_start:1:x\r\u001b[0K';

/** As YAML writes it, and JSON, in ASCII alone. */
export const quoted = (text: string): string =>
  JSON.stringify(text).replace(
    /[\u007f-\uffff]/g,
    (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );

/**
 * The parts that a log would misread, or that start a line as it should not; only the program's own colours are
 * allowed.
 */
export function unsafeIn(...texts: readonly string[]): string[] {
  const text = texts.join('\n').replace(/\u001b\[(?:1|2|22|3[12369])m/g, '');
  return [...commandsIn(text), ...(text.match(/^\s*pwned.*/gm) ?? [])];
}

export function file(content: string, name = 'file'): string {
  const path = join(tempFolder(), name);
  writeFileSync(path, content);
  return path;
}

/** Each kind of value in a commit of its own, so that events, hints and problems of all of them come. */
export function nastyRepo(): SampleRepo {
  const repo = createRepo();
  const people = `members: [a, ${quoted(WORDS)}, { id: b, ${quoted(NASTY)}: ${quoted(NASTY)} }]\n`;
  repo.commit(
    { 'teams/a.yml': `id: old ${WORDS.replaceAll(':', '')}\n${people}`, 'teams/b.yml': 'id: b\n' },
    NASTY,
  );
  repo.write({
    'teams/a.yml':
      `id: ${quoted(WORDS)}\nname: ${quoted(`${WORDS} name`)}\n${people}` +
      `tags: [${quoted(WORDS)}]\nperimeter: ${quoted(NASTY)}\n${quoted(NASTY)}: ${quoted(NASTY)}\nnote: ${quoted(NASTY)}\n`,
    'teams/b.yml': `id: b\n${quoted(NASTY)}: [\n  ${NASTY}: {\n`,
    'teams/id.yml': `id: ${quoted(NASTY)}\n`,
    'teams/member.yml': `id: m\nmembers: [${quoted(NASTY)}, ${quoted(NASTY)}]\n`,
    'teams/key.yml': `id: k\n${quoted(NASTY)}: 1\n${quoted(NASTY)}: 2\n`,
    'teams/alias.yml': `id: l\nmembers: *${NASTY}\n`,
    'teams/tag.yml': `id: t\nmembers: !${NASTY} x\n`,
    'teams/list.yml': `teams:\n  - ${quoted(WORDS)}\n  - { id: ${quoted(WORDS)}, members: { ${quoted(NASTY)}: 1 } }\n`,
    [`teams/${NASTY}.yml`]: 'id: p\nmembers: {\n',
    [`teams/::error::${NASTY}.yml`]: 'id: q\n',
  });
  repo.git('add', '--all');
  repo.git(
    'commit',
    '--quiet',
    '--author',
    `${NASTY.replace(/[<>]/g, '')} <a@example.com>`,
    '--message',
    NASTY,
  );
  return repo;
}

export const problematic = (name: string, more: string): string => `  - name: ${name}\n    ${more}\n`;
export const subscribed = (more: string): string =>
  `subscriptions: [{ event: team.created, url: "http://127.0.0.1:9", ${more} }]`;

/** Clients of which each has its own problem, and one that is served. */
export const nastyClients = (url: string): string =>
  clientOf('served', url, `    start: snapshot\n    contact: ${quoted(NASTY)}\n`) +
  [
    `${quoted(NASTY)}: 1`,
    `contact: [${quoted(NASTY)}]`,
    `headers: { ${quoted(NASTY)}: ${quoted(NASTY)} }`,
    `start: ${quoted(NASTY)}\n    ${subscribed('')}`,
    `start: ${quoted(WORDS)}\n    ${subscribed('')}`,
    `formerly: ${quoted(NASTY)}`,
    `skip: [${quoted(NASTY)}]`,
    `timeout: ${quoted(NASTY)}`,
    `subscriptions: [{ event: ${quoted(NASTY)}, url: "http://127.0.0.1:9" }]`,
    `subscriptions: [{ event: team.created, url: ${quoted(NASTY)} }]`,
    `subscriptions: [{ event: team.created, url: ${quoted(`http://${NASTY}`)} }]`,
    subscribed(`method: ${quoted(NASTY)}`),
    subscribed(`format: ${quoted(NASTY)}`),
    subscribed(`query: { ${quoted(NASTY)}: ${quoted('${' + NASTY + '}')} }`),
    subscribed(`teams: { ids: [${quoted(NASTY)}], ${quoted(NASTY)}: 1 }`),
    subscribed(`success: [${quoted(NASTY)}]`),
  ]
    .map((more, index) => problematic(`c${index}`, more))
    .join('') +
  `  - name: ${quoted(NASTY)}\n    ${subscribed('')}\n`;

export const LOCAL = ['--allow-host', '127.0.0.1', '--attempts', '2', '--retry-delay', '1ms'];

/** Answers that say no, one after the other. */
export async function nastyReceiver(): Promise<string> {
  const json = quoted(NASTY);
  const bodies = [NASTY, `{"message":${json}}`, `{"error":{"message":${json}}}`, `<title>${NASTY}</title>`];
  let count = 0;
  const { url } = await startReceiver((_request, response) => {
    response.writeHead(403, { 'content-type': count % 4 === 3 ? 'text/html' : 'application/json' });
    response.end(bodies[count++ % bodies.length]);
  });
  return url;
}

/** Runs these, and returns unsafe output and bugs, each with its run. */
export async function runAll(
  runs: readonly (readonly string[])[],
): Promise<{ readonly unsafe: readonly string[]; readonly results: readonly Result[] }> {
  const results: Result[] = [];
  const unsafe: string[] = [];
  for (const args of runs) {
    const result = await teamEvents(args);
    const wrong = [...unsafeIn(result.stdout, result.stderr), ...(result.code === 1 ? [result.stderr] : [])];
    unsafe.push(...wrong.map((found) => `${JSON.stringify(args).slice(0, 200)}: ${found}`));
    results.push(result);
  }
  return { unsafe, results };
}
