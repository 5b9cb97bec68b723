/** Mutants of the network policy, cursors as tags, the ways of lanes through history, and of what commands decide. */
import type { Mutant } from './mutant.ts';

const NETWORK = ['test/unit/http/network-policy.test.ts'];
const TAG = ['test/unit/cursor/tag-message.test.ts'];
const MASKER = ['test/unit/report/masker.test.ts'];
const RANGE = ['test/unit/commands/range.test.ts'];
const RUN_NAME = ['test/unit/commands/run-name.test.ts'];
const STATUS_CODE = ['test/unit/report/status-report.test.ts'];

export const STORY_MUTANTS: readonly Mutant[] = [
  {
    name: 'network: an address with a zone is another address',
    file: 'src/http/network-policy.ts',
    right: "address.toNormalizedString().replace(/%.*$/, '');",
    wrong: 'address.toNormalizedString();',
    tests: NETWORK,
  },
  {
    name: 'network: a /96 of mapped addresses covers no IPv4 address',
    file: 'src/http/network-policy.ts',
    right: 'network.isIPv4MappedAddress() && bits >= 96',
    wrong: 'network.isIPv4MappedAddress() && bits > 96',
    tests: NETWORK,
  },
  {
    name: 'network: an unspecified address may be dialled',
    file: 'src/http/network-policy.ts',
    right: "unspecified: 'an unspecified address',",
    wrong: '',
    tests: NETWORK,
  },
  {
    name: 'network: a metadata service behind a prefix that nobody named may be dialled',
    file: 'src/http/network-policy.ts',
    right: 'possibleFacesOf(parsed).some(isMetadata)',
    wrong: 'faces.some(isMetadata)',
    tests: NETWORK,
  },
  {
    name: 'network: allow wins over deny',
    file: 'src/http/network-policy.ts',
    right: 'if (denied !== undefined) return',
    wrong: 'if (denied !== undefined && listed(allow) === undefined) return',
    tests: NETWORK,
  },
  {
    name: 'network: plain http opens loopback',
    file: 'src/http/network-policy.ts',
    right: 'if (isLoopback)',
    wrong: 'if (isLoopback && !http)',
    tests: NETWORK,
  },
  {
    name: 'tag: what was not sent of a half step is left out',
    file: 'src/cursor/tag-message.ts',
    right: "['Unsent', step?.unsent?.map((span) => span.join('-')).join(', ')],",
    wrong: '',
    tests: TAG,
  },
  {
    name: 'tag: a trailer that stands twice counts once',
    file: 'src/cursor/tag-message.ts',
    right: 'if (found.has(key)) return',
    wrong: 'if (found.has(key) && key === undefined) return',
    tests: TAG,
  },
  {
    name: 'tag: what blocks loses the words after its first one',
    file: 'src/cursor/tag-message.ts',
    right: "...(parts.length < pieces ? [] : [parts.slice(pieces - 1).join(' ')]),",
    wrong: "...(parts.length < pieces ? [] : [parts.slice(pieces - 1, pieces).join(' ')]),",
    tests: TAG,
  },
  {
    name: 'tag: a signature is a part of the message',
    file: 'src/cursor/tag-message.ts',
    right: "text.replace(SIGNATURE, '').split",
    wrong: 'text.split',
    tests: TAG,
  },
  {
    name: 'masker: < in HTML is not found',
    file: 'src/secret-forms.ts',
    right: ".replaceAll('<', '&lt;')",
    wrong: '',
    tests: MASKER,
  },
  {
    name: 'masker: > in HTML is not found',
    file: 'src/secret-forms.ts',
    right: ".replaceAll('>', '&gt;')",
    wrong: '',
    tests: MASKER,
  },
  {
    name: 'masker: quotes in HTML are not found',
    file: 'src/secret-forms.ts',
    right: ".replaceAll('\"', '&quot;')",
    wrong: '',
    tests: MASKER,
  },
  {
    name: 'masker: apostrophes in HTML of some writers are not found',
    file: 'src/secret-forms.ts',
    right: "html(value, '&#39;'),",
    wrong: '',
    tests: MASKER,
  },
  {
    name: 'masker: apostrophes in HTML of other writers are not found',
    file: 'src/secret-forms.ts',
    right: "html(value, '&#x27;'),",
    wrong: '',
    tests: MASKER,
  },
  {
    name: 'range: a range and a cursor both from the environment are not refused',
    file: 'src/commands/range.ts',
    right: "refuseBoth(isFlag('cursor') === isFlag('from'));",
    wrong: "refuseBoth(isFlag('cursor') && isFlag('from'));",
    tests: RANGE,
  },
  {
    name: 'range: a cursor on the command line does not win over a range of the environment',
    file: 'src/commands/range.ts',
    right: "(cursor === undefined || isFlag('from'));",
    wrong: "(cursor === undefined || !isFlag('from'));",
    tests: RANGE,
  },
  {
    name: 'range: a cursor of the environment forbids a range on the command line',
    file: 'src/commands/range.ts',
    right: "refuseBoth(isFlag('cursor'));",
    wrong: 'refuseBoth(cursor !== undefined);',
    tests: RANGE,
  },
  {
    name: 'run name: the link of CI wins over the one that people gave',
    file: 'src/commands/run-name.ts',
    right: "const URLS = ['TEAM_EVENTS_RUN', 'CI_JOB_URL', 'BUILD_URL'] as const;",
    wrong: "const URLS = ['CI_JOB_URL', 'BUILD_URL', 'TEAM_EVENTS_RUN'] as const;",
    tests: RUN_NAME,
  },
  {
    name: 'run name: GitHub is not known',
    file: 'src/commands/run-name.ts',
    right: 'if (server && project && id) return',
    wrong: 'if (server && project && !id) return',
    tests: RUN_NAME,
  },
  {
    name: 'run name: a link is made of less than GitHub gives',
    file: 'src/commands/run-name.ts',
    right: 'if (server && project && id) return',
    wrong: 'if (id) return',
    tests: RUN_NAME,
  },
  {
    name: 'late: by exactly so much is not late, in status',
    file: 'src/report/status-report.ts',
    right: 'nowMs - Date.parse(since) >= lateAfterMs;',
    wrong: 'nowMs - Date.parse(since) > lateAfterMs;',
    tests: STATUS_CODE,
  },
];
