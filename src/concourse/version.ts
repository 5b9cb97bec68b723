/**
 * A version is an event and its position in history. It serves as a cursor: from it `check` finds what comes after,
 * without any other state.
 *
 *     { "event": "evt_…", "from": "<older commit of its step>", "commit": "<newer commit of its step>" }
 *
 * `from` is `root` before the first commit. Without `event` and `from` the version is a position between steps: after
 * `commit`, and before anything newer. `put` gives it if there is no event yet, and a person may begin with it.
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

/** What to do if a version's commit is no longer in history. */
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

/** As a person may write it: `on_rewrite` applies to this one check. */
export type WrittenVersion = v.InferOutput<typeof versionSchema>;
/** As `check`, `in` and `out` give it. */
export type Version = Omit<WrittenVersion, 'on_rewrite'>;

export const versionOf = ({ from, to }: LogStep, { id }: LoggedEvent): Version => ({
  event: id,
  from: from ?? ROOT,
  commit: to,
});

/** A revision in a version -> a full id; null means before the first commit. */
export const revisionOf = (place: string): string | null => (place === ROOT ? null : place);

/** The commits that a version names, the newer first. */
export const commitsOf = ({ from = ROOT, commit }: Version): readonly string[] =>
  [commit, from].filter((id) => id !== ROOT);
