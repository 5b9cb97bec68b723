/**
 * Parses what `git push --porcelain` reports for each ref.
 *
 *     To https://gitlab.example.com/tmj/equipes.git
 *     *\t<id>:refs/tags/team-events/a\t[new tag]
 *     !\t<id>:refs/tags/team-events/b\t[rejected] (stale info)
 *     !\t<id>:refs/tags/team-events/c\t[remote rejected] (pre-receive hook declined)
 *     !\t<id>:refs/tags/team-events/d\t[remote failure] (remote failed to report status)
 *     Done
 *
 * and on stderr, among git's own messages, those of the server:
 *
 *     remote: Only maintainers may move these tags.
 */

export interface Rejection {
  readonly reason: string;
  /** If false, git itself did not send it, because the ref is not where it was expected. */
  readonly byServer: boolean;
}

/** undefined for an accepted ref. A ref without a reply from the server is not in it. */
export type PushReport = ReadonlyMap<string, Rejection | undefined>;

export function parsePushReport(stdout: string): PushReport {
  const report = new Map<string, Rejection | undefined>();
  const unknown = new Set<string>();
  for (const line of stdout.split('\n')) {
    const [flag, refs, summary] = line.split('\t');
    const ref = refs?.slice(refs.indexOf(':') + 1);
    if (flag?.length !== 1 || ref === undefined || summary === undefined) continue;
    if (summary.startsWith('[remote failure]')) unknown.add(ref);
    else if (flag === '!') {
      const reason = summary.replace(/^\[(?:remote )?rejected\] ?/, '').replace(/^\((.*)\)$/, '$1');
      report.set(ref, { reason, byServer: summary.startsWith('[remote rejected]') });
    } else if (!report.has(ref)) report.set(ref, undefined); // with several push URLs, the worst counts
  }
  for (const ref of unknown) if (report.get(ref) === undefined) report.delete(ref);
  return report;
}

/**
 * The server's own messages, line by line: without git's padding, decorative frames, and git's repetition of the
 * reason.
 */
export const serverLines = (stderr: string): readonly string[] =>
  [...stderr.matchAll(/^remote:(.*)$/gm)]
    .map(([, text = '']) => text.trim())
    .filter((text) => /[\p{L}\p{N}]/u.test(text) && !text.startsWith('error: hook declined to update '));
