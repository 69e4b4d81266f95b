import type { LambdaFunction } from '../../local/assembly/assembly.ts';
import type { RunningFunctions } from '../../local/engine.ts';
import { startFunctions } from './start-functions.ts';

let running: Promise<RunningFunctions> | undefined;
let onLog: (line: string) => void = () => {};

/**
 * The functions of all tests of a process: starting them takes longer than most tests. Each test has services of its
 * own, at the same ports, and a secret of its own, so that no function knows a key from the test before. They end with
 * the process.
 * @param log is told of what the functions log from now on
 */
export function runningFunctions(
  functions: LambdaFunction[],
  log: (line: string) => void,
): Promise<RunningFunctions> {
  onLog = log;
  return (running ??= startFunctions(functions, (line) => onLog(line)));
}
