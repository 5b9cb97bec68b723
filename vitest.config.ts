import { defineConfig } from 'vitest/config';

export default defineConfig({
  define: { TEAM_EVENTS_VERSION: JSON.stringify('test') },
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: 'test/support/memory-folder.ts',
    testTimeout: 180_000, // for what hangs: a busy machine takes its time
    maxWorkers: '100%', // most tests wait for other processes
    isolate: false, // a process of its own for each file takes half a second; what a test changes it puts back

    coverage: { include: ['src/**'] },
  },
});
