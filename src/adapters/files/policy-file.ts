/** The operator's policy file (`--policy`): settings that people who edit clients or teams must not decide. */
import { dirname, resolve } from 'node:path';
import * as v from 'valibot';
import { durationSchema } from '../../core/clients/file/duration.ts';
import { DEFAULT_GUARD_LIMITS, type GuardLimits } from '../../core/delivery/removal-guard.ts';
import { DEFAULT_RETRY_POLICY, type RetryPolicy } from '../../core/delivery/retry-policy.ts';
import { parseCheckedFile, strictMapping } from '../../core/yaml/checked-file.ts';
import { placed } from '../../core/yaml/file-problem.ts';
import { BrokenFileError, UsageError } from '../../errors.ts';
import { isHostOrCidr, isNat64Prefix, type NetworkPolicy } from '../network/network-policy.ts';
import { readTextFile } from './read-file.ts';

/** For JSON Schema: a name, an address (possibly in brackets) or a CIDR. */
const HOST_OR_CIDR =
  '^(?:(?:\\*\\.)?[A-Za-z0-9_](?:[A-Za-z0-9._-]*[A-Za-z0-9_])?\\.?|\\[?[0-9A-Fa-f]*:[0-9A-Fa-f]*:[0-9A-Fa-f:.]*(?:%[0-9A-Za-z]+)?\\]?)(?:/[0-9]+)?$';

const hosts = (description: string) =>
  v.pipe(
    v.array(
      v.pipe(
        v.string('expected a host or a CIDR, such as hooks.example.com or 10.0.0.0/8'),
        v.check(isHostOrCidr, 'expected a host name, an address or a CIDR, without a port'),
        v.metadata({ pattern: HOST_OR_CIDR }),
      ),
      'expected a list of hosts and CIDRs, such as [hooks.example.com, 10.0.0.0/8]',
    ),
    v.description(description),
  );
const count = (description: string) =>
  v.pipe(
    v.number('expected a whole number, such as 10'),
    v.integer('expected a whole number, such as 10'),
    v.minValue(0, 'expected 0 or more'),
    v.description(description),
  );
const atLeastOne = (description: string) => v.pipe(count(description), v.minValue(1, 'expected 1 or more'));
const percent = (description: string) =>
  v.pipe(
    v.number('expected a number from 0 to 100'),
    v.minValue(0, 'expected 0 to 100'),
    v.maxValue(100, 'expected 0 to 100'),
    v.description(description),
  );
const duration = (description: string, minimumMs = 0) =>
  v.pipe(durationSchema(minimumMs), v.description(description));

const networkSchema = strictMapping({
  allow: v.optional(
    hosts(
      'Hosts (*.name: those below it), addresses and CIDRs that may be reached even on loopback or by plain http.',
    ),
    [],
  ),
  deny: v.optional(hosts('Hosts, addresses and CIDRs to refuse besides; wins over allow.'), []),
  only: v.optional(hosts('If present, everything else is refused.')),
  http: v.optional(
    v.pipe(
      v.boolean('expected true or false'),
      v.description('true allows plain http, and brokers without TLS, everywhere.'),
    ),
    false,
  ),
  nat64: v.optional(
    v.pipe(
      v.array(
        v.pipe(
          v.string('expected an IPv6 prefix, such as 2001:db8:64::/96'),
          v.check(
            isNat64Prefix,
            'expected an IPv6 prefix of 32, 40, 48, 56, 64 or 96 bits (2001:db8:64::/96)',
          ),
          v.metadata({ pattern: '^[0-9A-Fa-f]*:[0-9A-Fa-f:.]*/(?:32|40|48|56|64|96)$' }),
        ),
        'expected a list of IPv6 prefixes, such as ["2001:db8:64::/96"]',
      ),
      v.description(
        'Prefixes that the network translates to IPv4 addresses (NAT64), in addition to 64:ff9b::/96 and 64:ff9b:1::/48: the addresses behind them are checked too.',
      ),
    ),
    [],
  ),
  ca: v.optional(
    v.pipe(
      v.string('expected the path of a file, such as corporate-ca.pem'),
      v.nonEmpty('expected the path of a file, such as corporate-ca.pem'),
      v.description('A file of certificates (PEM) that are trusted too; its path is relative to this file.'),
    ),
  ),
});

const guardSchema = strictMapping({
  teams: v.optional(
    count('Deleted teams: a lane stops at more than this number and more than the share.'),
    DEFAULT_GUARD_LIMITS.teams,
  ),
  teamsPercent: v.optional(percent('Share of the teams, in percent.'), DEFAULT_GUARD_LIMITS.teamsPercent),
  memberships: v.optional(
    count('Removed memberships: more than this, and more than the share.'),
    DEFAULT_GUARD_LIMITS.memberships,
  ),
  membershipsPercent: v.optional(
    percent('Share of the memberships, in percent.'),
    DEFAULT_GUARD_LIMITS.membershipsPercent,
  ),
});

const deliverySchema = strictMapping({
  attempts: v.optional(
    atLeastOne(
      'Give up on an event after this many failed attempts in one run; 429 does not count (default: 5).',
    ),
  ),
  retryDelay: v.optional(duration('Longest wait before the first retry; doubles each time (default: 1s).')),
  maxRetryDelay: v.optional(
    duration('Longest wait between two attempts, unless the receiver asks for more.'),
    `${DEFAULT_RETRY_POLICY.maxDelayMs / 1000}s`,
  ),
  giveUpAfter: v.optional(
    duration('Longest time of retries since the last accepted event, per client and run (default: 2m).'),
  ),
  timeout: v.optional(duration('Deadline of one attempt; a client may only shorten it (default: 15s).', 1)),
  concurrency: v.optional(
    atLeastOne('Attempts in flight at once, over all clients (default: as many as file descriptors allow).'),
  ),
});

const cursorSchema = strictMapping({
  pushOptions: v.optional(
    v.pipe(
      v.array(
        v.pipe(v.string(), v.regex(/^[\x20-\x7e]+$/, 'expected one line of ASCII text, such as ci.skip')),
        'expected a list of push options, such as [ci.skip]',
      ),
      v.description('Sent when cursors are pushed, if the git server offers push options; such as ci.skip.'),
    ),
    [],
  ),
});

export const policySchema = strictMapping({
  version: v.optional(v.pipe(v.literal(1, 'expected 1'), v.description('The version of this format.')), 1),
  network: v.optional(v.pipe(networkSchema, v.description('Where requests may go.')), {}),
  guard: v.optional(
    v.pipe(
      guardSchema,
      v.description(
        'A lane stops before it would announce the removal of more than a number AND a share of what there is.',
      ),
    ),
    {},
  ),
  delivery: v.optional(v.pipe(deliverySchema, v.description('How hard to try.')), {}),
  cursor: v.optional(v.pipe(cursorSchema, v.description('How cursors are kept.')), {}),
});

export interface Policy {
  readonly network: NetworkPolicy;
  /** File with additional certificate authorities. */
  readonly ca: string | undefined;
  readonly guard: GuardLimits;
  readonly retry: RetryPolicy;
  readonly timeoutMs: number;
  /** Limit for attempts in flight. */
  readonly concurrency: number;
  /** Sent with moved cursors if the server supports push options. */
  readonly pushOptions: readonly string[];
}

/** Flags for some of the same settings; flags win. */
export interface PolicyFlags {
  readonly allowHost: readonly string[];
  readonly attempts?: number | undefined;
  readonly retryDelay?: number | undefined;
  readonly giveUpAfter?: number | undefined;
  readonly timeout?: number | undefined;
  readonly concurrency?: number | undefined;
}

export const DEFAULT_TIMEOUT_MS = 15_000;

/** Reads the policy. @throws {UsageError} if the file cannot be read or is invalid, with all problems at once */
export function readPolicy(path: string | undefined, flags: PolicyFlags): Policy {
  const wrong = flags.allowHost.filter((host) => !isHostOrCidr(host));
  if (wrong.length > 0) {
    throw new UsageError(
      `--allow-host ${wrong.join(', ')}: expected a host name, an address or a CIDR, without a port`,
    );
  }
  const { network, guard, delivery, cursor } =
    path === undefined ? v.parse(policySchema, {}) : parsePolicy(path);
  const { allow, deny, only, http, nat64, ca } = network;
  return {
    network: { allow: [...allow, ...flags.allowHost], deny, only, http, nat64 },
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
  if (checked.ok) return checked.value.content;
  const told = checked.wrong.map((problem) => placed(path, problem));
  throw new BrokenFileError('the policy file cannot be used:', told);
}
