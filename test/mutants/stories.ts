/** Mutants of the network policy, cursors as tags, the ways of lanes through history, and of what commands decide. */
import type { Mutant } from './mutant.ts';

const NETWORK = ['test/unit/adapters/network/network-policy.test.ts'];
const TAG = ['test/unit/adapters/cursor-stores/tag-message.test.ts'];
const REDACTOR = ['test/unit/adapters/process/secrets/redactor.test.ts'];
const RANGE = ['test/unit/run/requested-range.test.ts'];
const RUN_NAME = ['test/unit/run/lanes/run-name.test.ts'];
const STATUS_CODE = ['test/unit/commands/status/status-report.test.ts'];
const WAVES = ['test/unit/run/event-log/lane-waves.test.ts'];
const LANES = ['test/integration/run/event-log/lane-routes.test.ts'];
const HOOKS = ['test/unit/run/lanes/cursor-hooks.test.ts'];
const STATUS = ['test/integration/commands/status/status.test.ts'];
const SERVE = ['test/integration/run/serving/serve-lanes.test.ts'];

export const STORY_MUTANTS: readonly Mutant[] = [
  {
    name: 'network: an address with a zone is another address',
    file: 'src/adapters/network/network-policy.ts',
    right: "address.toNormalizedString().replace(/%.*$/, '');",
    wrong: 'address.toNormalizedString();',
    tests: NETWORK,
  },
  {
    name: 'network: a /96 of mapped addresses covers no IPv4 address',
    file: 'src/adapters/network/network-policy.ts',
    right: 'network.isIPv4MappedAddress() && bits >= 96',
    wrong: 'network.isIPv4MappedAddress() && bits > 96',
    tests: NETWORK,
  },
  {
    name: 'network: an unspecified address may be dialled',
    file: 'src/adapters/network/network-policy.ts',
    right: "unspecified: 'an unspecified address',",
    wrong: '',
    tests: NETWORK,
  },
  {
    name: 'network: a metadata service behind a prefix that nobody named may be dialled',
    file: 'src/adapters/network/network-policy.ts',
    right: 'possibleEmbeddedAddresses(parsed).some(isMetadata)',
    wrong: 'faces.some(isMetadata)',
    tests: NETWORK,
  },
  {
    name: 'network: allow wins over deny',
    file: 'src/adapters/network/network-policy.ts',
    right: 'if (denied !== undefined) return',
    wrong: 'if (denied !== undefined && listed(allow) === undefined) return',
    tests: NETWORK,
  },
  {
    name: 'network: plain http opens loopback',
    file: 'src/adapters/network/network-policy.ts',
    right: 'if (isLoopback)',
    wrong: 'if (isLoopback && !http)',
    tests: NETWORK,
  },
  {
    name: 'tag: what was not sent of a partial step is left out',
    file: 'src/adapters/cursor-stores/tag-message.ts',
    right: "['Unsent', step?.unsent?.map((span) => span.join('-')).join(', ')],",
    wrong: '',
    tests: TAG,
  },
  {
    name: 'tag: a trailer that stands twice counts once',
    file: 'src/adapters/cursor-stores/tag-message.ts',
    right: 'if (before.length > 0 && !MANY.includes(key)) return',
    wrong: 'if (before.length > 1 && !MANY.includes(key)) return',
    tests: TAG,
  },
  {
    name: 'tag: what blocks loses the words after its first one',
    file: 'src/adapters/cursor-stores/tag-message.ts',
    right: "...(parts.length < pieces ? [] : [parts.slice(pieces - 1).join(' ')]),",
    wrong: "...(parts.length < pieces ? [] : [parts.slice(pieces - 1, pieces).join(' ')]),",
    tests: TAG,
  },
  {
    name: 'tag: a signature is a part of the message',
    file: 'src/adapters/cursor-stores/tag-message.ts',
    right: "text.replace(SIGNATURE, '').split",
    wrong: 'text.split',
    tests: TAG,
  },
  {
    name: 'redactor: < in HTML is not found',
    file: 'src/adapters/process/secrets/secret-forms.ts',
    right: ".replaceAll('<', '&lt;')",
    wrong: '',
    tests: REDACTOR,
  },
  {
    name: 'redactor: > in HTML is not found',
    file: 'src/adapters/process/secrets/secret-forms.ts',
    right: ".replaceAll('>', '&gt;')",
    wrong: '',
    tests: REDACTOR,
  },
  {
    name: 'redactor: quotes in HTML are not found',
    file: 'src/adapters/process/secrets/secret-forms.ts',
    right: ".replaceAll('\"', '&quot;')",
    wrong: '',
    tests: REDACTOR,
  },
  {
    name: 'redactor: apostrophes in HTML of some writers are not found',
    file: 'src/adapters/process/secrets/secret-forms.ts',
    right: "html(value, '&#39;'),",
    wrong: '',
    tests: REDACTOR,
  },
  {
    name: 'redactor: apostrophes in HTML of other writers are not found',
    file: 'src/adapters/process/secrets/secret-forms.ts',
    right: "html(value, '&#x27;'),",
    wrong: '',
    tests: REDACTOR,
  },
  {
    name: 'range: a range and a cursor both from the environment are not refused',
    file: 'src/run/requested-range.ts',
    right: "refuseBoth(isFlag('cursor') === isFlag('from'));",
    wrong: "refuseBoth(isFlag('cursor') && isFlag('from'));",
    tests: RANGE,
  },
  {
    name: 'range: a cursor on the command line does not win over a range of the environment',
    file: 'src/run/requested-range.ts',
    right: "(cursor === undefined || isFlag('from'));",
    wrong: "(cursor === undefined || !isFlag('from'));",
    tests: RANGE,
  },
  {
    name: 'range: a cursor of the environment forbids a range on the command line',
    file: 'src/run/requested-range.ts',
    right: "refuseBoth(isFlag('cursor'));",
    wrong: 'refuseBoth(cursor !== undefined);',
    tests: RANGE,
  },
  {
    name: 'run name: the link of CI wins over the one that people gave',
    file: 'src/run/lanes/run-name.ts',
    right: "const URLS = ['TEAM_EVENTS_RUN', 'CI_JOB_URL', 'BUILD_URL'] as const;",
    wrong: "const URLS = ['CI_JOB_URL', 'BUILD_URL', 'TEAM_EVENTS_RUN'] as const;",
    tests: RUN_NAME,
  },
  {
    name: 'run name: GitHub is not known',
    file: 'src/run/lanes/run-name.ts',
    right: 'if (server && project && id) return',
    wrong: 'if (server && project && !id) return',
    tests: RUN_NAME,
  },
  {
    name: 'run name: a link is made of less than GitHub gives',
    file: 'src/run/lanes/run-name.ts',
    right: 'if (server && project && id) return',
    wrong: 'if (id) return',
    tests: RUN_NAME,
  },
  {
    name: 'late: by exactly so much is not late, in status',
    file: 'src/commands/status/status-report.ts',
    right: 'nowMs - Date.parse(since) >= lateAfterMs;',
    wrong: 'nowMs - Date.parse(since) > lateAfterMs;',
    tests: STATUS_CODE,
  },
  {
    name: 'lanes: the line is read from its newest lane on',
    file: 'src/run/event-log/lane-waves.ts',
    right: 'Math.max(most, distanceOf(routes[lane]!)), 0);',
    wrong: 'Math.min(most, distanceOf(routes[lane]!)), Infinity);',
    tests: WAVES,
  },
  {
    name: 'lanes: the line is read from its last lane on',
    file: 'src/run/event-log/lane-waves.ts',
    right: 'Math.max(most, distanceOf(routes[lane]!)), 0);',
    wrong: 'distanceOf(routes[lane]!), 0);',
    tests: WAVES,
  },
  {
    name: 'lanes: what was read for others is read again',
    file: 'src/run/event-log/lane-waves.ts',
    right: 'const from = furthest > read ? commits[furthest] : undefined;',
    wrong: 'const from = commits[furthest];',
    tests: WAVES,
  },
  {
    name: 'lanes: an older build finishes a partially delivered step that it does not know',
    file: 'src/run/event-log/lane-routes.ts',
    right: 'if (target !== to && (await isAncestor(repository, to, target))) {',
    wrong: 'if (target === to && (await isAncestor(repository, to, target))) {',
    tests: LANES,
  },
  {
    name: 'lanes: a partially delivered step of the newest commit is taken for an older build',
    file: 'src/run/event-log/lane-routes.ts',
    right: 'if (target !== to && (await isAncestor(repository, to, target))) {',
    wrong: 'if (await isAncestor(repository, to, target)) {',
    tests: LANES,
  },
  {
    name: 'lanes: an older build is told as a history that was rewritten',
    file: 'src/run/event-log/lane-routes.ts',
    right: 'if (await isPublished(repository, commit, branch)) return OLDER;',
    wrong: 'if (!(await isPublished(repository, commit, branch))) return OLDER;',
    tests: LANES,
  },
  {
    name: 'since: a blocked lane is behind since its oldest event only, not since it was blocked',
    file: 'src/run/lanes/cursor-hooks.ts',
    right: 'return blocked?.since ?? (next && eventOf(next).time);',
    wrong: 'return next && eventOf(next).time;',
    tests: HOOKS,
  },
  {
    name: 'since: what blocks is blocked anew in each run',
    file: 'src/run/lanes/cursor-hooks.ts',
    right: 'const since = before?.blocked?.event === event ? before.blocked.since :',
    wrong: 'const since =',
    tests: HOOKS,
  },
  {
    name: 'since: another event is blocked since the one before was',
    file: 'src/run/lanes/cursor-hooks.ts',
    right: 'const since = before?.blocked?.event === event ? before.blocked.since :',
    wrong: 'const since = before?.blocked !== undefined ? before.blocked.since :',
    tests: HOOKS,
  },
  {
    name: 'since: status tells the time of the event that blocks, not when it was blocked',
    file: 'src/commands/status/read-status.ts',
    right: 'since: blocked?.since ?? (next ? eventOf(next).time : null),',
    wrong: 'since: next ? eventOf(next).time : null,',
    tests: STATUS,
  },
  {
    name: 'status: what is wanted no more blocks',
    file: 'src/commands/status/read-status.ts',
    right: 'const blocked = due === undefined || blocking !== undefined ? cursor?.blocked : undefined;',
    wrong: 'const blocked = cursor?.blocked;',
    tests: STATUS,
  },
  {
    name: 'late: by exactly so much is not late, in a run',
    file: 'src/run/serving/excused-clients.ts',
    right: 'nowMs - Date.parse(since) >= lateAfterMs;',
    wrong: 'nowMs - Date.parse(since) > lateAfterMs;',
    tests: SERVE,
  },
  {
    name: 'concurrency: any number of requests is under way',
    file: 'src/run/serving/serve-waves.ts',
    right: 'createConcurrencyLimit(Math.min(policy.concurrency, destinations.maxInFlight));',
    wrong: 'createConcurrencyLimit(destinations.maxInFlight);',
    tests: SERVE,
  },
  {
    name: 'concurrency: attempts have no slot',
    file: 'src/run/serving/serve-waves.ts',
    right: 'withinLimit: (attempt, isRepeated) => limit.run(attempt, isRepeated),',
    wrong: 'withinLimit: (attempt) => attempt(),',
    tests: SERVE,
  },
];
