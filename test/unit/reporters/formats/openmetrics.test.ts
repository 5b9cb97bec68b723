/** Metrics as text: as Prometheus's own tool takes them, where it is installed, whatever stands in the labels. */
import { spawnSync } from 'node:child_process';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { openMetrics } from '../../../../src/reporters/formats/openmetrics.ts';

it('is families of gauges, with an end', () => {
  const text = openMetrics([
    {
      name: 'team_events_x',
      help: 'What it is.',
      samples: [{ value: 1 }, { labels: { client: 'a"b\\' }, value: 0.5 }],
    },
    { name: 'team_events_none', help: 'Nothing.', samples: [] },
  ]);
  expect(text).toBe(
    '# TYPE team_events_x gauge\n# HELP team_events_x What it is.\nteam_events_x 1\n' +
      'team_events_x{client="a\\"b\\\\"} 0.5\n# EOF\n',
  );
});

it('keeps a label in its line and its quotes', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (client) => {
      const text = openMetrics([
        { name: 'team_events_x', help: 'x', samples: [{ labels: { client }, value: 1 }] },
      ]);
      const [, , line = '', end] = text.split('\n');
      expect(line).toMatch(/^team_events_x\{client="(?:[^"\\\n]|\\["\\n])*"\} 1$/u);
      expect(end).toBe('# EOF');
    }),
  );
});

const hasPromtool = spawnSync('promtool', ['--version']).status === 0;

describe.runIf(hasPromtool)('promtool', () => {
  it.each(['plain', 'quote " and \\ and \n', '##[error]x', 'ünï \u202e \u0000'])(
    'takes the label %j',
    (client) => {
      const input = openMetrics([
        {
          name: 'team_events_client_pending_events',
          help: 'Events that are pending.',
          samples: [{ labels: { client }, value: 3 }],
        },
      ]);
      const { status, stdout, stderr } = spawnSync('promtool', ['check', 'metrics'], {
        input,
        encoding: 'utf8',
      });
      expect({ status, stdout, stderr }).toEqual({ status: 0, stdout: '', stderr: '' });
    },
  );
});
