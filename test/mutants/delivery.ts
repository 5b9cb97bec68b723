/** Mutants of a lane as it runs, and of its retries. */
import type { Mutant } from './mutant.ts';

const LANE = [
  'test/unit/core/delivery/lane/lane.test.ts',
  'test/unit/core/delivery/lane/lane-changes.test.ts',
];
const RETRIES = ['test/unit/core/delivery/retry-policy.test.ts'];

export const DELIVERY_MUTANTS: readonly Mutant[] = [
  {
    name: 'lane: the entry is not read again once the attempt has its slot',
    file: 'src/core/delivery/lane/attempts.ts',
    right:
      "if (state.kind !== 'ready' || state.bound !== bound || environment.stopped(name)) return undefined;",
    wrong: "if (state.kind !== 'ready' || environment.stopped(name)) return undefined;",
    tests: LANE,
  },
  {
    name: 'lane: that its client is gone is not seen once the attempt has its slot',
    file: 'src/core/delivery/lane/attempts.ts',
    right:
      "if (state.kind !== 'ready' || state.bound !== bound || environment.stopped(name)) return undefined;",
    wrong:
      "if ((state.kind === 'ready' && state.bound !== bound) || environment.stopped(name)) return undefined;",
    tests: LANE,
  },
  {
    name: 'lane: that the run ends is not seen once the attempt has its slot',
    file: 'src/core/delivery/lane/attempts.ts',
    right:
      "if (state.kind !== 'ready' || state.bound !== bound || environment.stopped(name)) return undefined;",
    wrong: "if (state.kind !== 'ready' || state.bound !== bound) return undefined;",
    tests: LANE,
  },
  {
    name: 'lane: the time for retries goes on after an event was accepted',
    file: 'src/core/delivery/lane/lane.ts',
    right: '      retryingMs = 0;',
    wrong: '',
    tests: LANE,
  },
  {
    name: 'lane: the time that repeated attempts take is not counted',
    file: 'src/core/delivery/lane/lane.ts',
    right: 'if (tries.made++ > 0) retryingMs += now() - startedMs;',
    wrong: 'tries.made++;',
    tests: LANE,
  },
  {
    name: 'lane: to have come too early is a failed attempt',
    file: 'src/core/delivery/lane/attempts.ts',
    right: 'if (!tooEarly) tries.failed++;',
    wrong: 'if (!tooEarly || ++tries.failed > 0) tries.failed++;',
    tests: LANE,
  },
  {
    name: 'lane: a paused client is sent events',
    file: 'src/core/delivery/lane/lane-decision.ts',
    right: "if (bound.client.paused) return { kind: 'end', status: 'paused' };",
    wrong: '',
    tests: LANE,
  },
  {
    name: 'lane: the guard stops it one step too late',
    file: 'src/core/delivery/lane/lane-decision.ts',
    right: 'step >= stop.step) return',
    wrong: 'step > stop.step) return',
    tests: LANE,
  },
  {
    name: 'lane: the guard is not asked again when the entry has changed',
    file: 'src/core/delivery/lane/lane-decision.ts',
    right: 'if (guard?.judgedFor !== bound) {',
    wrong: 'if (guard === undefined) {',
    tests: LANE,
  },
  {
    name: 'lane: what was sent is not told to the entry that comes in mid-step',
    file: 'src/core/delivery/lane/lane-pointer.ts',
    right: 'sentKeys.add(keyOf(event));',
    wrong: '',
    tests: LANE,
  },
  {
    name: 'retries: one attempt too many',
    file: 'src/core/delivery/retry-policy.ts',
    right: 'failures >= policy.attempts)',
    wrong: 'failures > policy.attempts)',
    tests: RETRIES,
  },
  {
    name: 'retries: the last millisecond of the budget does not count',
    file: 'src/core/delivery/retry-policy.ts',
    right: 'spentMs + waitMs <= policy.budgetMs;',
    wrong: 'spentMs + waitMs < policy.budgetMs;',
    tests: RETRIES,
  },
  {
    name: 'retries: the first wait is twice as long',
    file: 'src/core/delivery/retry-policy.ts',
    right: '2 ** Math.min(failures - 1, 30)',
    wrong: '2 ** Math.min(failures, 30)',
    tests: RETRIES,
  },
  {
    name: 'retries: waits double without a bound',
    file: 'src/core/delivery/retry-policy.ts',
    right: 'random * Math.min(maxDelayMs, baseDelayMs',
    wrong: 'random * Math.max(maxDelayMs, baseDelayMs',
    tests: RETRIES,
  },
  {
    name: 'retries: a shorter wait that was asked for counts',
    file: 'src/core/delivery/retry-policy.ts',
    right: 'const waitMs = Math.max(paceMs ?? jitter(policy, failures, atOnce, random), asked ?? 0);',
    wrong: 'const waitMs = asked ?? paceMs ?? jitter(policy, failures, atOnce, random);',
    tests: RETRIES,
  },
  {
    name: 'retries: a reset connection is tried again at once, each time',
    file: 'src/core/delivery/retry-policy.ts',
    right: 'if (failures === 1 &&',
    wrong: 'if (failures >= 1 &&',
    tests: RETRIES,
  },
  {
    name: 'retries: seconds since 1970 count from now',
    file: 'src/adapters/destinations/webhook/retry-after.ts',
    right: 'return milliseconds > nowMs / 2 ?',
    wrong: 'return milliseconds > nowMs * 2 ?',
    tests: ['test/unit/adapters/destinations/webhook/retry-after.test.ts'],
  },
];
