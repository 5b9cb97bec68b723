/**
 * What `git push --porcelain` says of each ref.
 *
 *     To https://gitlab.example.com/tmj/equipes.git
 *     *\t<id>:refs/tags/team-events/a\t[new tag]
 *     !\t<id>:refs/tags/team-events/b\t[rejected] (stale info)
 *     !\t<id>:refs/tags/team-events/c\t[remote rejected] (pre-receive hook declined)
 *     !\t<id>:refs/tags/team-events/d\t[remote failure] (remote failed to report status)
 *     Done
 *
 * and on stderr, among git's own words, those of the server:
 *
 *     remote: Only maintainers may move these tags.
 */

/** undefined where the ref was accepted, else the reason. A ref of which the server said nothing is not in it. */
export type PushReport = ReadonlyMap<string, string | undefined>;

export function parsePushReport(stdout: string): PushReport {
  const report = new Map<string, string | undefined>();
  const unknown = new Set<string>();
  for (const line of stdout.split('\n')) {
    const [flag, refs, summary] = line.split('\t');
    const ref = refs?.slice(refs.indexOf(':') + 1);
    if (flag?.length !== 1 || ref === undefined || summary === undefined) continue;
    if (summary.startsWith('[remote failure]')) unknown.add(ref);
    else if (flag === '!')
      report.set(ref, summary.replace(/^\[(?:remote )?rejected\] ?/, '').replace(/^\((.*)\)$/, '$1'));
    else if (!report.has(ref)) report.set(ref, undefined); // with several push URLs, the worst counts
  }
  for (const ref of unknown) if (report.get(ref) === undefined) report.delete(ref);
  return report;
}

const MAX_LINES = 12;

/** What the server itself said, without the padding that git puts there. */
export function wordsOfServer(stderr: string): string {
  const said = [...stderr.matchAll(/^remote:(.*)$/gm)].map(([, text = '']) => text.trim());
  return said
    .filter((text) => text !== '')
    .slice(0, MAX_LINES)
    .join('\n');
}
