import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: './test/support/synth-once.ts',
    reporters: ['default', './test/support/counts-reporter.ts'],
    // The default leaves one core idle.
    maxWorkers: '100%',
    isolate: false,
    testTimeout: 30_000,
    hookTimeout: 60_000,
  },
});
