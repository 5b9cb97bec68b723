/** Tells what was wrong before a merge request apart from what it makes wrong. */
import type { Finding } from './finding.ts';

/**
 * What a finding is known by at two revisions: everything but where in the file it is, also where the message says it.
 * A file under another path is another one: moved while broken, it loses the content that it has held.
 */
const identityOf = ({ check, path, client, message }: Finding): string =>
  JSON.stringify([check, path, client, message.replace(/\bline \d+/g, 'line')]);

/**
 * Marks those of `findings` that are among `before` too, the findings at the last common commit: each as often as it was
 * there, so that one more of a kind is new.
 */
export function markKnown(findings: readonly Finding[], before: readonly Finding[]): Finding[] {
  const left = new Map<string, number>();
  for (const finding of before) {
    const identity = identityOf(finding);
    left.set(identity, (left.get(identity) ?? 0) + 1);
  }
  return findings.map((finding) => {
    const identity = identityOf(finding);
    const count = left.get(identity) ?? 0;
    if (count === 0) return finding;
    left.set(identity, count - 1);
    return { ...finding, before: true };
  });
}

/** Warns of team files that were broken before, and which the merge request changes without mending them. */
export function heldChanges(findings: readonly Finding[], touched: ReadonlySet<string>): Finding[] {
  const files = new Map<string, Finding>();
  for (const finding of findings) {
    if (
      finding.check === 'team-file' &&
      finding.before &&
      touched.has(finding.path) &&
      !files.has(finding.path)
    )
      files.set(finding.path, finding);
  }
  const message =
    'this file was broken before, and the merge request changes it without mending it: what it changes is sent only ' +
    'once the file is valid';
  return [...files.values()].map(({ path, line, column }) => ({
    check: 'held-change',
    path,
    line,
    column,
    message,
  }));
}
