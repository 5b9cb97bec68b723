import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** Without times of earlier runs the largest files would come first; those that take longest are short. */
class SlowKindsFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const kinds = [
      /\/integration\/(?:torture|fuzz)\//,
      /\/test\/(?!integration|unit)/,
      /\/test\/integration\//,
      /./,
    ];
    const kindOf = ({ moduleId }: TestSpecification): number =>
      kinds.findIndex((kind) => kind.test(moduleId));
    return (await super.sort(files)).sort((a, b) => kindOf(a) - kindOf(b));
  }
}

export default defineConfig({
  define: { TEAM_EVENTS_VERSION: JSON.stringify('test') },
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: 'test/support/memory-folder.ts',
    testTimeout: 180_000, // for what hangs: a busy machine takes its time
    maxWorkers: Math.ceil(availableParallelism() * 1.5), // most tests wait for other processes
    isolate: false, // a process of its own for each file takes half a second; what a test changes it puts back
    sequence: { sequencer: SlowKindsFirst },

    coverage: { include: ['src/**'] },
  },
});
