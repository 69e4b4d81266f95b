import type { Reporter, TestModule } from 'vitest/node';

/** Ends a run with the one line that a script can read: `N passed, N failed, N skipped`. */
export default class CountsReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    const tests = modules.flatMap((module) => [...module.children.allTests()]);
    const count = (state: string) => tests.filter((test) => test.result().state === state).length;
    // A module that does not load has no tests: it counts as a failure of its own.
    const broken = modules.filter((module) => !module.ok() && module.children.size === 0).length;
    process.stdout.write(
      `${count('passed')} passed, ${count('failed') + broken} failed, ${count('skipped')} skipped\n`,
    );
  }
}
