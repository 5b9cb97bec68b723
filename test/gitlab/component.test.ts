/** The component and the pipeline that includes it hold what GitLab knows, and nothing else. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { teamEvents } from '../support/program.ts';
import { documentsOf, EXAMPLE, inputsOf, isIn, jobsWith, TEMPLATE } from './component.ts';

/** Keywords of the GitLab CI/CD YAML syntax, those of them that are used here; an array is any list or text. */
const KEYWORDS: Readonly<Record<string, readonly string[]>> = {
  header: ['spec'],
  spec: ['inputs'],
  input: ['description', 'default', 'type', 'options', 'regex'],
  pipeline: ['stages', 'workflow', 'include'],
  workflow: ['rules'],
  include: ['project', 'ref', 'file', 'inputs'],
  job: [
    'allow_failure',
    'artifacts',
    'image',
    'interruptible',
    'needs',
    'resource_group',
    'rules',
    'script',
    'stage',
    'timeout',
    'variables',
  ],
  rule: ['if', 'when'],
  allow_failure: ['exit_codes'],
  artifacts: ['expire_in', 'paths', 'reports', 'when'],
  reports: ['codequality', 'junit'],
};

function expectKnown(kind: string, value: unknown): void {
  const known = KEYWORDS[kind] ?? [];
  expect({ kind, unknown: Object.keys(value as object).filter((key) => !known.includes(key)) }).toEqual({
    kind,
    unknown: [],
  });
}

const jobs = jobsWith({ image: 'registry.example.com/team-events:1' });

describe('the component', () => {
  it('has known keywords only', () => {
    const [header, ...rest] = documentsOf(TEMPLATE);
    expect(rest).toHaveLength(1);
    expectKnown('header', header);
    expectKnown('spec', header?.['spec']);
    for (const input of Object.values(inputsOf())) expectKnown('input', input);
    expect(Object.keys(jobs)).toEqual(['team-events-notify', 'team-events-check']);
    for (const job of Object.values(jobs)) {
      expectKnown('job', job);
      for (const rule of job.rules) expectKnown('rule', rule);
      expectKnown('allow_failure', job.allow_failure ?? {});
      expectKnown('artifacts', job.artifacts);
      expectKnown('reports', job.artifacts.reports ?? {});
      for (const value of Object.values(job.variables)) expect(value).toBeTypeOf('string');
      for (const line of job.script) expect(line).toBeTypeOf('string');
    }
  });

  it('uses each input that it declares, and declares each that it uses', () => {
    const text = readFileSync(`${EXAMPLE}/${TEMPLATE}`, 'utf8');
    const used = new Set([...text.matchAll(/\$\[\[ *inputs\.([\w-]+) *\]\]/g)].map(([, name]) => name ?? ''));
    expect([...used].sort()).toEqual(Object.keys(inputsOf()).sort());
  });

  it('explains each input, in the README too, with its default or as one that is required', () => {
    const readme = readFileSync(`${EXAMPLE}/README.md`, 'utf8');
    const rows = [...readme.matchAll(/^\| `([a-z-]+)` +\| (\S+) +\| (.+?) +\|$/gm)];
    const told = rows.map(([, name, value]) => [name, value === 'required' ? undefined : value]);
    const declared = Object.entries(inputsOf()).map(([name, input]) => {
      expect(input.description).toMatch(/^.{20,}\.$/);
      return [name, input.default === '' ? 'empty' : input.default && `\`${input.default}\``];
    });
    expect(told).toEqual(declared);
  });

  it('is explained with jobs and variables that there are', async () => {
    const readme = readFileSync(`${EXAMPLE}/README.md`, 'utf8');
    for (const name of Object.keys(jobs)) expect(readme).toContain(`\`${name}\``);
    const { stdout: help } = await teamEvents(['notify', '--help']);
    const known = [
      help,
      readFileSync(`${EXAMPLE}/${TEMPLATE}`, 'utf8'),
      readFileSync('docs/cursors.md', 'utf8'),
      readFileSync('docs/clients.md', 'utf8'),
    ].join();
    const named = new Set(
      [...readme.matchAll(/`(TEAM_EVENTS_[A-Z_]+[A-Z])`/g)].map(([, name]) => name ?? ''),
    );
    expect(named.size).toBeGreaterThan(5);
    for (const name of named) expect(known).toMatch(new RegExp(`\\b${name}\\b`));
  });

  it.each([
    ['a commit on the default branch', { CI_PIPELINE_SOURCE: 'push', CI_COMMIT_BRANCH: 'main' }, ['notify']],
    ['the schedule', { CI_PIPELINE_SOURCE: 'schedule', CI_COMMIT_BRANCH: 'main' }, ['notify']],
    ['one started by hand', { CI_PIPELINE_SOURCE: 'web', CI_COMMIT_BRANCH: 'main' }, ['notify']],
    ['another branch', { CI_PIPELINE_SOURCE: 'push', CI_COMMIT_BRANCH: 'topic' }, []],
    ['a tag', { CI_PIPELINE_SOURCE: 'push', CI_COMMIT_TAG: 'v1' }, []],
    ['a merge request', { CI_PIPELINE_SOURCE: 'merge_request_event' }, ['check']],
  ])('in %s has the jobs for it', (_, variables, expected) => {
    const given = { CI_DEFAULT_BRANCH: 'main', ...variables };
    const names = Object.keys(jobs).filter((name) => jobs[name] !== undefined && isIn(jobs[name], given));
    expect(names).toEqual(expected.map((name) => `team-events-${name}`));
    const [pipeline = {}] = documentsOf('teams-repo/.gitlab-ci.yml');
    const { rules } = pipeline['workflow'] as { rules: readonly { if: string }[] };
    expect(isIn({ rules }, given)).toBe(expected.length > 0);
  });
});

describe('the pipeline of the teams repo', () => {
  const [pipeline = {}, ...rest] = documentsOf('teams-repo/.gitlab-ci.yml');
  const [include] = pipeline['include'] as readonly { file: string; inputs: Record<string, string> }[];

  it('includes the component with the inputs that it has, in stages that there are', () => {
    expect(rest).toEqual([]);
    expectKnown('pipeline', pipeline);
    expectKnown('workflow', pipeline['workflow']);
    expectKnown('include', include);
    expect(include?.file).toBe(`/examples/gitlab-ci/${TEMPLATE}`);
    const stages = Object.values(jobsWith(include?.inputs ?? {})).map(
      (job) => (job as { stage?: string }).stage,
    );
    expect(pipeline['stages']).toEqual(expect.arrayContaining(stages));
  });
});
