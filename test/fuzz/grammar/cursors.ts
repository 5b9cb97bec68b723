/** Cursors as no run would write them: tags with messages and trailers, and the file. */
import type { Random } from '../../torture/random.ts';
import type { Content } from '../round/git-objects.ts';
import { number, revision, text, value } from './pieces.ts';
import { broken, yamlOf } from './yaml-text.ts';

export interface NastyTag {
  readonly content: Content;
  /** It says that a run of the far future serves the client: nobody may believe it. */
  readonly isClaimedForever: boolean;
}

/**
 * Of the client's tag. What it is on exists and is of the type that it says: no server takes a push of anything else.
 * `commits` are ids, of which the branch has the last; `others` are further objects, with their types.
 */
export function tag(
  random: Random,
  name: string,
  commits: readonly string[],
  others: readonly (readonly [type: string, id: string])[],
): NastyTag {
  const isClaimedForever = random.chance(0.15);
  const trailers = isClaimedForever
    ? [`Claim: ${random.pick(['9999-01-01T00:00:00Z', '2999-12-31T23:59:59Z'])} somebody`, 'Nonce: 1']
    : random.some(trailerLines(random, commits), 0.35);
  const isOnCommit = isClaimedForever || random.chance(0.85);
  const [type, object] = isOnCommit ? (['commit', random.pick(commits)] as const) : random.pick(others);
  const head = `object ${object}\ntype ${type}\ntag ${name}\ntagger a <a@example.com> 1767603600 +0000\n\n`;
  if (isClaimedForever) return { content: `${head}A cursor.\n\n${trailers.join('\n')}\n`, isClaimedForever };
  const message = `${random.chance(0.6) ? 'A cursor.' : text(random)}\n\n${trailers.join('\n')}\n`;
  const whole = random.chance(0.85) ? message : broken(random, message);
  return { content: Buffer.concat([Buffer.from(head), Buffer.from(whole)]), isClaimedForever };
}

/** One of each; a line break in a value makes it two. */
function trailerLines(random: Random, commits: readonly string[]): string[] {
  const commit = (): string =>
    random.chance(0.7) ? random.pick(commits) : random.pick(['f'.repeat(40), revision(random)]);
  const sequence = (): string =>
    random.pick(['000000000001.000000', '999999999999.999999', '1.1', String(number(random))]);
  return [
    `Step: ${commit()}..${commit()}`,
    `Sequence: ${sequence()}`,
    `Sent: ${random.pick(['team.created', 'team.created, team.modified', 'nothing', text(random)])}`,
    `Unsent: ${random.pick(['0-4294967296', '0-90000000', '9-1', '1-1, 1-1', '-', text(random)])}`,
    `Replay: ${random.pick(['true', 'false', text(random)])}`,
    `Last-Event: evt_${text(random)}`,
    `Blocked: evt_1 ${random.pick(['2026-01-05T09:00:00Z', text(random)])} ${text(random)}`,
    `Claim: ${random.pick(['2020-01-01T00:00:00Z', '-271821-04-20T00:00:00Z', text(random)])} ${text(random)}`,
    `Run: ${text(random)}`,
    `Nonce: ${text(random)}`,
    text(random),
  ];
}

/** A file of cursors with these for others, and one for `healthy` at the first of `commits`. */
export function cursorFile(random: Random, names: readonly string[], commits: readonly string[]): Content {
  const [first = ''] = commits;
  const cursor = (): unknown =>
    random.pick([
      () => ({ commit: random.pick(commits) }),
      () => ({ commit: random.pick(commits), claim: { run: text(random), until: '9999-01-01T00:00:00Z' } }),
      () => ({
        commit: random.pick(commits),
        blocked: { event: 'evt_1', status: text(random), since: '2026-01-05T09:00:00Z' },
      }),
      () => ({ commit: 'f'.repeat(40) }),
      () => ({ commit: revision(random) }),
      () => ({
        commit: first,
        step: {
          from: first,
          to: random.pick(commits),
          sequence: '000000000001.000000',
          sent: [],
          unsent: [[0, 4_294_967_296]],
        },
      }),
      () => value(random),
    ])();
  const clients = {
    healthy: { commit: first },
    ...Object.fromEntries(names.map((name) => [name, cursor()])),
  };
  const document = { version: 1, known: ['healthy', ...names], clients };
  return random.chance(0.1) ? broken(random, yamlOf(document)) : JSON.stringify(document);
}
