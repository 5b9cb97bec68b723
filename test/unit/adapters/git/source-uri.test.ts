/** The source that a remote's URL gives: without credentials and `.git`, the same for every clone. */
import { describe, expect, it } from 'vitest';
import { sourceOfUrl } from '../../../../src/adapters/git/source-uri.ts';

describe('the source', () => {
  it.each([
    ['https://gitlab.example.com/tmj/equipes.git', 'https://gitlab.example.com/tmj/equipes'],
    ['https://gitlab.example.com/tmj/equipes', 'https://gitlab.example.com/tmj/equipes'],
    ['https://gitlab.example.com/tmj/equipes.git/', 'https://gitlab.example.com/tmj/equipes'],
    ['https://user:token@gitlab.example.com/tmj/equipes.git', 'https://gitlab.example.com/tmj/equipes'],
    ['https://token@gitlab.example.com:8443/x.git', 'https://gitlab.example.com:8443/x'],
    ['https://gitlab.example.com:443/x.git', 'https://gitlab.example.com/x'],
    ['HTTPS://GitLab.Example.com/Tmj/X.git', 'https://gitlab.example.com/Tmj/X'],
    ['http://gitlab.example.com/x.git', 'https://gitlab.example.com/x'],
    ['ssh://git@gitlab.example.com/tmj/equipes.git', 'https://gitlab.example.com/tmj/equipes'],
    ['ssh://git@gitlab.example.com:2222/tmj/equipes.git', 'https://gitlab.example.com/tmj/equipes'],
    ['git+ssh://git@gitlab.example.com/x.git', 'https://gitlab.example.com/x'],
    ['git@gitlab.example.com:tmj/equipes.git', 'https://gitlab.example.com/tmj/equipes'],
    ['git@gitlab.example.com:/tmj/equipes.git', 'https://gitlab.example.com/tmj/equipes'],
    ['gitlab.example.com:tmj/equipes.git', 'https://gitlab.example.com/tmj/equipes'],
    ['https://example.com/my.github.io.git', 'https://example.com/my.github.io'],
    ['https://example.com/x.gitlab', 'https://example.com/x.gitlab'],
  ])('of %s is %s', (url, source) => {
    expect(sourceOfUrl(url)).toBe(source);
  });

  it.each([
    [
      'git@git.example.com:equipes projet/100%teams.git',
      'https://git.example.com/equipes%20projet/100%25teams',
    ],
    [
      'ssh://git@git.example.com/equipes%20projet/100%25teams',
      'https://git.example.com/equipes%20projet/100%25teams',
    ],
    ['git@git.example.com:équipes#1?x', 'https://git.example.com/%C3%A9quipes%231%3Fx'],
    ['https://git.example.com/%C3%A9quipes', 'https://git.example.com/%C3%A9quipes'],
    ['https://git.example.com/équipes/100%teams', 'https://git.example.com/%C3%A9quipes/100%25teams'],
    ['https://git.example.com/%ff%zz', 'https://git.example.com/%FF%25zz'],
    ['git@git.example.com:a[b]', 'https://git.example.com/a%5Bb%5D'],
    ['git@git host:a', undefined],
  ])('is a URI-reference, the same for every form of one address: %s', (url, source) => {
    expect(sourceOfUrl(url)).toBe(source);
  });

  it.each([
    '',
    '/srv/git/teams.git',
    './teams',
    '../teams',
    'file:///srv/git/teams.git',
    'git://example.com/x.git',
    './a:b/c',
    'C',
  ])('is none where the URL is neither http nor ssh: %s', (url) => {
    expect(sourceOfUrl(url)).toBeUndefined();
  });

  // src/adapters/git/source-uri.ts, sourceOfUrl: a remote helper's address passes for `host:path`.
  it.each(['ext::connect %S', 'codecommit::eu-west-1://teams'])('is none for a remote helper: %s', (url) => {
    expect(sourceOfUrl(url)).toBeUndefined();
  });

  it.each([
    'https://me:s3cret@example.com/x.git',
    'ssh://me:s3cret@example.com/x',
    'https://s3cret@example.com/x',
  ])('never holds a credential: %s', (url) => {
    expect(sourceOfUrl(url)).toBe('https://example.com/x');
  });
});
