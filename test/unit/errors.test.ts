/** Exit codes: one number for each reason, and an order where several apply. */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  ClientsFileError,
  ConflictError,
  CursorError,
  EXIT,
  exitCodeOf,
  HistoryError,
  UsageError,
  type ExitCode,
} from '../../src/errors.ts';

/** "ends with the first of … that applies" */
const PRECEDENCE: readonly (readonly ExitCode[])[] = [
  [1],
  [130, 143],
  [2],
  [8],
  [6],
  [5],
  [7],
  [3],
  [4],
  [0],
];

describe('the exit codes', () => {
  it('are those that people rely on', () => {
    expect(EXIT).toEqual({
      done: 0,
      bug: 1,
      usage: 2,
      behind: 3,
      brokenFile: 4,
      conflict: 5,
      history: 6,
      guard: 7,
      cursor: 8,
      interrupted: 130,
      terminated: 143,
    });
  });

  it.each([
    [[], 0],
    [[0, 0], 0],
    [[4, 3], 3],
    [[3, 7], 7],
    [[7, 5], 5],
    [[5, 6], 6],
    [[6, 8], 8],
    [[8, 2], 2],
    [[2, 143], 143],
    [[2, 130], 130],
    [[143, 1], 1],
    [[4, 3, 7, 5, 6, 8, 2], 2],
  ] as [ExitCode[], ExitCode][])('of %j together are %i', (codes, expected) => {
    expect(exitCodeOf(codes)).toBe(expected);
    expect(exitCodeOf(codes.reverse())).toBe(expected);
  });

  it('of any together are the first in the order', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...Object.values(EXIT))), (codes) => {
        const first = PRECEDENCE.find((rank) => rank.some((code) => codes.includes(code))) ?? [0];
        expect(first).toContain(exitCodeOf(codes));
      }),
    );
  });
});

describe('an error that stops the run', () => {
  it.each([
    [new UsageError('no range', 'Give one.'), 2, 'UsageError', 'Give one.'],
    [new HistoryError('shallow clone'), 6, 'HistoryError', undefined],
    [new CursorError('no remote'), 8, 'CursorError', undefined],
    [new ConflictError('locked', 'Wait.'), 5, 'ConflictError', 'Wait.'],
    [new ClientsFileError('clients.yml', ['clients.yml:1:1: empty']), 2, 'ClientsFileError', undefined],
  ])('carries its exit code and what to do: %s', (error, code, name, remedy) => {
    expect([error.exitCode, error.name, error.remedy]).toEqual([code, name, remedy]);
    expect(error).toBeInstanceOf(Error);
  });

  it('tells all problems of a clients file', () => {
    const { message } = new ClientsFileError('clients.yml', ['one', 'two']);
    expect(message.split('\n')).toEqual(['clients.yml cannot be used:', '  one', '  two']);
  });
});
