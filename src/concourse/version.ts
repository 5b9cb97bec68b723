/**
 * A version is an event in its place in history, which is a cursor: from it `check` finds what comes after, without
 * any state of its own.
 *
 *     { "event": "evt_…", "from": "<older commit of its step>", "commit": "<newer commit of its step>" }
 *
 * `from` is `root` before the first commit. Without `event` and `from` it is a place between steps: all up to
 * `commit`, nothing after it. That is what `put` gives where there is no event yet, and what a person may begin at.
 */
import * as v from 'valibot';
import type { LogStep } from '../core/events/log-step.ts';
import { REWRITE_CHOICES } from '../core/events/on-rewrite.ts';
import type { LoggedEvent } from '../core/events/team-event.ts';
import { strictMapping } from '../core/yaml/checked-file.ts';

export const ROOT = 'root';

const revision = v.pipe(
  v.string('expected text'),
  v.regex(/^(?:[0-9a-f]{40}|[0-9a-f]{64}|root)$/, 'expected a full commit id, or root'),
);

/** What is made of a history in which a version's commit is no more. */
export const onRewrite = v.picklist(REWRITE_CHOICES, 'expected fail or squash');

export const versionSchema = v.pipe(
  strictMapping({
    event: v.exactOptional(
      v.pipe(v.string('expected text'), v.regex(/^evt_[0-9a-f]{32}$/, 'expected evt_…')),
    ),
    from: v.exactOptional(revision),
    commit: revision,
    on_rewrite: v.exactOptional(onRewrite),
  }),
  v.check(
    ({ event, from }) => (event === undefined) === (from === undefined),
    'event and from belong together: both, or neither',
  ),
);

/** As a person may write it: with `on_rewrite` it also says what this one check makes of a rewritten history. */
export type WrittenVersion = v.InferOutput<typeof versionSchema>;
/** As `check`, `in` and `out` give it. */
export type Version = Omit<WrittenVersion, 'on_rewrite'>;

export const versionOf = ({ from, to }: LogStep, { id }: LoggedEvent): Version => ({
  event: id,
  from: from ?? ROOT,
  commit: to,
});

/** A revision as a version names it -> a full id; null is before the first commit. */
export const revisionOf = (place: string): string | null => (place === ROOT ? null : place);

/** The commits that it names, the newer first. */
export const commitsOf = ({ from = ROOT, commit }: Version): readonly string[] =>
  [commit, from].filter((id) => id !== ROOT);
