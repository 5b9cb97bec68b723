/** Which CI runs for the repository: by its files, then by the host of origin. */

export const CI_KINDS = ['gitlab', 'github', 'gitea', 'concourse'] as const;
export type CiKind = (typeof CI_KINDS)[number];

export interface CiChoice {
  readonly kind: CiKind;
  /** What shows it. */
  readonly because: string;
}

const BY_FILE: readonly (readonly [RegExp, CiKind])[] = [
  [/^\.gitlab-ci\.yml$/, 'gitlab'],
  [/^\.(?:gitea|forgejo)\/workflows\/./, 'gitea'],
  [/^\.github\/workflows\/./, 'github'],
];
const BY_HOST: readonly (readonly [RegExp, CiKind])[] = [
  [/(?:^|[.-])gitlab(?:[.-]|$)/, 'gitlab'],
  [/(?:^|[.-])github(?:[.-]|$)/, 'github'],
  [/(?:^|[.-])(?:gitea|forgejo|codeberg)(?:[.-]|$)/, 'gitea'],
  [/(?:^|[.-])concourse(?:[.-]|$)/, 'concourse'],
];

/** `origin` is its URL as a CloudEvents source, if it has a host; undefined if nothing shows which CI it is. */
export function chooseCi(paths: readonly string[], origin: string | undefined): CiChoice | undefined {
  for (const [pattern, kind] of BY_FILE) {
    const path = paths.find((one) => pattern.test(one));
    if (path !== undefined) return { kind, because: path };
  }
  const [, host = ''] = /^https:\/\/([^/:]+)/.exec(origin ?? '') ?? [];
  const found = BY_HOST.find(([pattern]) => pattern.test(host));
  return found && { kind: found[1], because: `origin at ${host}` };
}
