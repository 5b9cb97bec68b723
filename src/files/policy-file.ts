/** The operator's policy file (`--policy`): what nobody who edits clients or teams may decide. */
import { dirname, resolve } from 'node:path';
import * as v from 'valibot';
import { durationSchema } from '../clients/duration.ts';
import { DEFAULT_GUARD_LIMITS, type GuardLimits } from '../delivery/removal-guard.ts';
import { DEFAULT_RETRY_POLICY, type RetryPolicy } from '../delivery/retry-policy.ts';
import { UsageError } from '../errors.ts';
import { isHostOrCidr, type NetworkPolicy } from '../http/network-policy.ts';
import { parseCheckedFile, placed, strictMapping } from '../yaml/checked-file.ts';
import { readTextFile } from './read-file.ts';

const hosts = v.array(
  v.pipe(
    v.string('expected a host or a CIDR'),
    v.check(isHostOrCidr, 'expected a host name, an address or a CIDR, without a port'),
  ),
  'expected a list of hosts and CIDRs',
);
const count = v.pipe(
  v.number('expected a number'),
  v.integer('expected a whole number'),
  v.minValue(0, 'expected 0 or more'),
);
const atLeastOne = v.pipe(count, v.minValue(1, 'expected 1 or more'));
const percent = v.pipe(
  v.number('expected a number'),
  v.minValue(0, 'expected 0 to 100'),
  v.maxValue(100, 'expected 0 to 100'),
);
const duration = durationSchema(0);

const policySchema = strictMapping({
  version: v.optional(v.literal(1, 'expected 1'), 1),
  network: v.optional(
    strictMapping({
      allow: v.optional(hosts, []),
      deny: v.optional(hosts, []),
      only: v.optional(hosts),
      http: v.optional(v.boolean('expected true or false'), false),
      ca: v.optional(
        v.pipe(v.string('expected the path of a file'), v.nonEmpty('expected the path of a file')),
      ),
    }),
    {},
  ),
  guard: v.optional(
    strictMapping({
      teams: v.optional(count, DEFAULT_GUARD_LIMITS.teams),
      teamsPercent: v.optional(percent, DEFAULT_GUARD_LIMITS.teamsPercent),
      memberships: v.optional(count, DEFAULT_GUARD_LIMITS.memberships),
      membershipsPercent: v.optional(percent, DEFAULT_GUARD_LIMITS.membershipsPercent),
    }),
    {},
  ),
  delivery: v.optional(
    strictMapping({
      attempts: v.optional(atLeastOne),
      retryDelay: v.optional(duration),
      maxRetryDelay: v.optional(duration, `${DEFAULT_RETRY_POLICY.maxDelayMs}ms`),
      giveUpAfter: v.optional(duration),
      timeout: v.optional(durationSchema(1)),
      concurrency: v.optional(atLeastOne),
    }),
    {},
  ),
  cursor: v.optional(
    strictMapping({
      pushOptions: v.optional(
        v.array(
          v.pipe(v.string(), v.regex(/^[\x20-\x7e]+$/, 'expected one line of text')),
          'expected a list of push options',
        ),
        [],
      ),
    }),
    {},
  ),
});

export interface Policy {
  readonly network: NetworkPolicy;
  /** File of certificate authorities to trust besides. */
  readonly ca: string | undefined;
  readonly guard: GuardLimits;
  readonly retry: RetryPolicy;
  readonly timeoutMs: number;
  /** Attempts in flight at once. */
  readonly concurrency: number;
  /** Sent with moved cursors where the server offers push options. */
  readonly pushOptions: readonly string[];
}

/** What flags say of the same; they win. */
export interface PolicyFlags {
  readonly allowHost: readonly string[];
  readonly attempts?: number | undefined;
  readonly retryDelay?: number | undefined;
  readonly giveUpAfter?: number | undefined;
  readonly timeout?: number | undefined;
  readonly concurrency?: number | undefined;
}

const DEFAULT_TIMEOUT_MS = 15_000;

/** @throws {UsageError} where the file cannot be read or used; all problems at once */
export function readPolicy(path: string | undefined, flags: PolicyFlags): Policy {
  const wrong = flags.allowHost.filter((host) => !isHostOrCidr(host));
  if (wrong.length > 0) {
    throw new UsageError(
      `--allow-host ${wrong.join(', ')}: expected a host name, an address or a CIDR, without a port`,
    );
  }
  const { network, guard, delivery, cursor } =
    path === undefined ? v.parse(policySchema, {}) : parsePolicy(path);
  const { allow, deny, only, http, ca } = network;
  return {
    network: { allow: [...allow, ...flags.allowHost], deny, only, http },
    ca: ca === undefined ? undefined : resolve(dirname(path ?? ''), ca),
    guard,
    retry: {
      attempts: flags.attempts ?? delivery.attempts ?? DEFAULT_RETRY_POLICY.attempts,
      baseDelayMs: flags.retryDelay ?? delivery.retryDelay ?? DEFAULT_RETRY_POLICY.baseDelayMs,
      maxDelayMs: delivery.maxRetryDelay,
      budgetMs: flags.giveUpAfter ?? delivery.giveUpAfter ?? DEFAULT_RETRY_POLICY.budgetMs,
    },
    timeoutMs: flags.timeout ?? delivery.timeout ?? DEFAULT_TIMEOUT_MS,
    pushOptions: cursor.pushOptions,
    concurrency: flags.concurrency ?? delivery.concurrency ?? Infinity,
  };
}

function parsePolicy(path: string): v.InferOutput<typeof policySchema> {
  const checked = parseCheckedFile(
    readTextFile(path, 'the policy file', 'Name it with --policy FILE.'),
    policySchema,
  );
  if (checked.ok) return checked.value;
  const told = checked.problems.map((problem) => `  ${placed(path, problem)}`);
  throw new UsageError(`the policy file cannot be used:\n${told.join('\n')}`);
}
