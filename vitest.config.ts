import { defineConfig } from 'vitest/config';

export default defineConfig({
  define: { TEAM_EVENTS_VERSION: JSON.stringify('test') },
  test: {
    include: ['test/**/*.test.ts'],
    testTimeout: 60_000,
    maxWorkers: '100%', // most tests wait for other processes

    coverage: { include: ['src/**'] },
  },
});
