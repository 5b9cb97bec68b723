/** What a cursor and a claim name their run by: a link where CI gives one. */
import { describe, expect, it } from 'vitest';
import { runName } from '../../../../src/run/lanes/run-name.ts';

const GITHUB = {
  GITHUB_SERVER_URL: 'https://github.example.com',
  GITHUB_REPOSITORY: 'acme/teams',
  GITHUB_RUN_ID: '77',
};
const OF_GITHUB = 'https://github.example.com/acme/teams/actions/runs/77';
const [GIVEN, GITLAB, JENKINS] = ['given', 'gitlab', 'jenkins'].map(
  (name) => `https://ci.example.com/${name}`,
);
const OWN = new RegExp(`^process ${process.pid} on .`);

describe('a run in CI', () => {
  it.each([
    [
      'the link that people give, before any other',
      { TEAM_EVENTS_RUN: GIVEN, CI_JOB_URL: GITLAB, ...GITHUB },
      GIVEN,
    ],
    ['that of a job of GitLab', { CI_JOB_URL: GITLAB }, GITLAB],
    ['that of a build of Jenkins', { BUILD_URL: JENKINS }, JENKINS],
    ['that of a run of GitHub', GITHUB, OF_GITHUB],
    ['what is not empty', { TEAM_EVENTS_RUN: '', BUILD_URL: JENKINS }, JENKINS],
  ])('is named by %s', (_, environment, expected) => {
    expect(runName(environment)).toBe(expected);
  });
});

describe('a run elsewhere', () => {
  it.each([
    ['nothing is said of it', {}],
    ['GitHub does not say where it is', { ...GITHUB, GITHUB_SERVER_URL: '' }],
    ['GitHub does not say of which project', { ...GITHUB, GITHUB_REPOSITORY: '' }],
    ['GitHub does not say which run', { ...GITHUB, GITHUB_RUN_ID: '' }],
  ])('is named by its process, where %s', (_, environment) => {
    expect(runName(environment)).toMatch(OWN);
  });
});
