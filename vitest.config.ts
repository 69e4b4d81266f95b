import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: './test/support/synth-once.ts',
    reporters: ['default', './test/support/counts-reporter.ts'],
    // The default leaves one core idle.
    maxWorkers: '100%',
    isolate: false,
    // Generous: a machine may be many times slower than another one, or than itself an hour ago.
    testTimeout: 300_000,
    hookTimeout: 300_000,
    // AWS's validation of the templates takes ten times as long as a synthesis: `npm run synth` does it.
    env: { CDK_VALIDATION: 'false' },
  },
});
