/** Which events are versions, and what a request may hold. */
import { describe, expect, it } from 'vitest';
import { openRepository } from '../../src/adapters/git/clone/repository.ts';
import { selectVersions } from '../../src/concourse/event-filter.ts';
import { parseOutRequest, parseRequest } from '../../src/concourse/request.ts';
import { stepsFrom } from '../../src/concourse/version-steps.ts';
import { createRepo, team, type Files, type SampleRepo } from '../support/sample-repo.ts';
import { tenEvents } from './sample-site.ts';

type Filter = Partial<Parameters<typeof selectVersions>[1]>;
const ALL = { types: [], teams: undefined, tags: undefined };

/** `type team` of what a filter lets through, of all history. */
async function versionsOf(repo: SampleRepo): Promise<(filter: Filter) => string[]> {
  const reading = {
    repository: await openRepository(repo.directory),
    override: undefined,
    stop: new AbortController().signal,
  };
  const steps = await stepsFrom(reading, { commit: 'root' }, repo.git('rev-parse', 'HEAD'));
  return (filter) =>
    (steps ?? []).flatMap(({ events }) =>
      selectVersions(events, { ...ALL, ...filter }).map(
        ({ type, subject }) => `${type.slice('team.'.length)} ${subject}`,
      ),
    );
}

describe('the versions', () => {
  it('are what types, teams and tags let through; what implies an event only where that is there itself', async () => {
    const repo = createRepo();
    tenEvents({ push: (files: Files) => repo.commit(files) });
    const of = await versionsOf(repo);
    expect(of({})).toHaveLength(10);
    expect(of({ types: ['team.created'] })).toEqual(['created a', 'created b', 'created c', 'created b']);
    expect(of({ types: ['team.members.added', 'team.members.removed'] })).toEqual([
      'members.added a', // implied by a creation, which is no version here
      'members.removed a',
      'members.added a',
      'members.added b',
      'members.added a',
      'members.removed b',
      'members.added b',
    ]);
    expect(of({ teams: ['c'] })).toEqual(['created c', 'deleted c']);
    expect(of({ tags: ['core', 'other'] })).toEqual(['created b', 'deleted b', 'created b']);
    expect(of({ teams: ['nobody'] })).toEqual([]);
    expect(of({ teams: ['*', '!a', '!b'] })).toEqual(['created c', 'deleted c']);
  });

  it('tell who loses a tag, and know tags that are a mapping', async () => {
    const repo = createRepo();
    const b = (tags: string): Files => ({ 'teams/b.yml': team('b', [], `tags: ${tags}\n`) });
    repo.commit({ 'teams/a.yml': team('a', [], 'tags: [core]\n') });
    repo.commit({
      'teams/a.yml': team('a', ['ann'], 'tags: [edge]\n'),
      ...b('{ tier: 1, "a.b": yes, x: { y: 1 } }'),
    });
    repo.commit(b('{ tier: 2, "a.b": yes, x: { y: 2 } }'));
    repo.commit({ 'teams/a.yml': team('a', [], 'tags: [edge]\n') });
    repo.commit(b('[listed]'));
    repo.commit(b('{ tier: 3 }'));
    const of = await versionsOf(repo);
    expect(of({ tags: ['core'] })).toEqual(['created a', 'modified a', 'members.added a']);
    expect(of({ tags: ['tier'] })).toEqual(['created b', 'modified b', 'modified b', 'modified b']);
    expect(of({ tags: ['tier=1'] })).toEqual(['created b', 'modified b']);
    expect(of({ tags: ['tier=2'] })).toEqual(['modified b', 'modified b']);
    expect(of({ tags: ['a.b=yes'] })).toEqual(['created b', 'modified b', 'modified b']);
    expect(of({ tags: ['listed'] })).toEqual(['modified b', 'modified b']);
  });

  it('follow a rename, and where they do not, what it implies', async () => {
    const repo = createRepo();
    repo.commit({ 'teams/a.yml': team('a', ['ann']) });
    repo.commit({ 'teams/a.yml': null, 'teams/b.yml': team('b', ['ann'], 'previously: [a]\n') });
    const of = await versionsOf(repo);
    expect(of({})).toEqual(['created a', 'modified b']);
    expect(of({ teams: ['a'] })).toEqual(['created a', 'modified b']);
    expect(of({ teams: ['a'], types: ['team.created', 'team.deleted'] })).toEqual(['created a', 'deleted a']);
    expect(of({ types: ['team.members.added', 'team.members.removed'] })).toEqual([
      'members.added a',
      'members.removed a',
      'members.added b',
    ]);
  });
});

describe('a request', () => {
  const U = { uri: 'u', branch: 'b' };
  const KEY = '-----BEGIN KEY-----\nwords\n-----END KEY-----';

  it('may leave out what is empty', () => {
    const { source, version } = parseRequest(
      JSON.stringify({ source: { ...U, password: '', private_key: KEY, teams: [] }, version: null }),
    );
    expect(source).toMatchObject({ ...U, private_key: KEY, types: [], teams: undefined });
    expect(source.password).toBeUndefined();
    expect(version).toBeUndefined();
    const words = { clients: 'c.yml', policy: '', init: '', client: '', allow_removals: '' };
    const { params } = parseOutRequest(JSON.stringify({ source: U, params: words }));
    expect(params).toMatchObject({ clients: 'c.yml', cursor: 'tag:team-events', init: false, client: [] });
  });

  it.each<readonly [string, object, string]>([
    ['in', { source: { uri: 'u' } }, 'source.branch: this key is missing; expected text'],
    ['in', { source: { ...U, types: ['team.renamed'] } }, 'source.types[0]: expected one of team.created'],
    [
      'in',
      { source: { ...U, private_key: 'secret-words' } },
      'source.private_key: expected the text of a private key',
    ],
    ['in', { source: { ...U, config: { catalog: {} } } }, 'source.config: catalog: unknown key'],
    ['in', { source: { ...U, uri: '-x' } }, 'source.uri: expected the address'],
    ['in', { source: 'u' }, 'source: expected a mapping'],
    ['in', { source: U, version: { ref: 'x' } }, 'version.ref: unknown key'],
    ['in', { source: U, version: { commit: 'main' } }, 'version.commit: expected a full commit id'],
    ['in', { source: U, version: { commit: 'root', from: 'root' } }, 'event and from belong together'],
    ['in', { source: U, params: { depth: 1 } }, 'params.depth: unknown key'],
    ['out', { source: U }, 'params.clients: this key is missing; expected text'],
    [
      'out',
      { source: U, params: { clients: 'c', clint: 'x', b: 1 } },
      'params.clint: unknown key; is it "client"?\n  params.b: unknown key',
    ],
    ['out', { source: U, params: { clients: 'c', cursor: 'file:x' } }, 'params.cursor: expected tag:PREFIX'],
    ['out', { source: U, params: { clients: 'c', init: 'yes' } }, 'params.init: expected true or false'],
    [
      'out',
      { source: U, params: { clients: 'c', policy: [] } },
      'params.policy: expected a path or a mapping',
    ],
  ])('of %s is refused: %j', (script, request, message) => {
    const parse = (): unknown => (script === 'out' ? parseOutRequest : parseRequest)(JSON.stringify(request));
    expect(parse).toThrow(message);
    expect(parse).not.toThrow('secret-words');
  });

  it('is JSON', () => {
    for (const input of ['', '[]', '{"source": "secret-words"'])
      expect(() => parseRequest(input)).toThrow('not a JSON object');
  });
});
