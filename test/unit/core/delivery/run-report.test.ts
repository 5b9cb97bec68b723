/** The result of a run: an exit code, a line for each client, a line for each problem. */
import { describe, expect, it } from 'vitest';
import { nothingSent, type LaneResult } from '../../../../src/core/delivery/lane/lane-result.ts';
import type { ExitCode } from '../../../../src/errors.ts';
import { exitCodeOfRun } from '../../../../src/core/delivery/run-report.ts';
import { problemLines } from '../../../../src/reporters/history/problem-lines.ts';
import { clientLines } from '../../../../src/reporters/run/verdict/client-lines.ts';
import { createStyle } from '../../../../src/adapters/process/terminal/style.ts';
import type { LaneStatus } from '../../../../src/core/delivery/lane/lane-status.ts';

const lane = (status: LaneStatus, others: Partial<LaneResult> = {}): LaneResult => ({
  ...nothingSent({ client: 'sample', contact: undefined }, status, { send: 0, skip: 0, filtered: 0 }),
  ...others,
});
const PROBLEM = {
  path: 'teams/a.yml',
  line: 3,
  column: 5,
  commit: 'c'.repeat(40),
  message: 'duplicated mapping key',
};
const plain = createStyle('never', {}, 'stdout', false);

describe('the exit code of a run', () => {
  it.each([
    ['done', 0, 0],
    ['blocked', 1, 3],
    ['gone', 1, 3],
    ['paused', 2, 3],
    ['paused', 0, 0],
    ['stopped', 1, 3],
    ['guarded', 1, 7],
    ['misconfigured', 0, 2],
    ['removed', 3, 0],
  ] as [LaneStatus, number, ExitCode][])(
    'with a client that is %s and has %i pending is %i',
    (status, pending, code) => {
      expect(exitCodeOfRun([lane('done'), lane(status, { pending })], [])).toBe(code);
    },
  );

  it.each([
    [[], [], [], 0],
    [[], [PROBLEM], [], 4],
    [['blocked'], [PROBLEM], [], 3],
    [['blocked', 'guarded'], [PROBLEM], [], 7],
    [['misconfigured', 'guarded', 'blocked'], [], [], 2],
    [['misconfigured'], [PROBLEM], [143], 143],
    [['done'], [], [130], 130],
  ] as [LaneStatus[], (typeof PROBLEM)[], ExitCode[], ExitCode][])(
    'of %j with problems %j and %j is %i',
    (statuses, problems, others, code) => {
      expect(
        exitCodeOfRun(
          statuses.map((status) => lane(status, { pending: 1 })),
          problems,
          others,
        ),
      ).toBe(code);
    },
  );
});

describe('the line of a client', () => {
  it('says how far it came', () => {
    expect(clientLines([lane('done', { delivered: 3 })], plain)).toEqual(['✓ sample  3 delivered']);
  });

  it('says why it stopped, at which event, and whom to ask', () => {
    const event = { id: 'evt_1', type: 'team.created', team: 'core', commit: 'c'.repeat(40) };
    const problem = { message: 'status 403: no', event };
    const lines = clientLines(
      [lane('blocked', { delivered: 1, pending: 2, skipped: 1, contact: '#team', helper: 'owner', problem })],
      plain,
    );
    expect(lines).toEqual([
      '✗ sample  1 delivered, 2 pending, 1 skipped  blocked: team.created core (evt_1): status 403: no  [#team]',
    ]);
  });

  it('lines names up', () => {
    const lines = clientLines([lane('done', { client: 'a' }), lane('done', { client: 'longer' })], plain);
    expect(lines.map((line) => line.indexOf('0 delivered'))).toEqual([10, 10]);
  });

  it('lets no receiver write to the terminal', () => {
    const problem = { message: 'status 500: \x1b[2Jgone\r\nok', event: undefined };
    const lines = clientLines([lane('blocked', { problem, contact: '\x07' })], plain);
    expect(lines.join('')).not.toMatch(/[\x07\x1b\r\n]/);
  });
});

describe('the line of a problem', () => {
  it('says where it is, what is wrong, and since when', () => {
    expect(problemLines([PROBLEM])).toEqual([
      'teams/a.yml:3:5: duplicated mapping key (commit cccccccccccc)',
    ]);
  });

  it('lets no file write to the terminal', () => {
    const lines = problemLines([{ ...PROBLEM, path: 'teams/\x1b[2J.yml', message: 'the text "\x1b"' }]);
    expect(lines.join('')).not.toContain('\x1b');
  });
});
