import { CommanderError } from 'commander';
import { forgetAwsSettings } from '../aws/settings.ts';
import { realClock } from '../clock.ts';
import type { ExecutionResult } from '../states-language/index.ts';
import { readConfig } from './config.ts';
import { readFlags } from './flags.ts';
import { readOptions, type StartOptions } from './options.ts';
import { checkInput, explain } from './plan.ts';
import { printResult } from './print-result.ts';
import { exitSoon, stopWhenTold } from './stopping.ts';

const exitCodes = { SUCCEEDED: 0, FAILED: 1, TIMED_OUT: 1, ABORTED: 130 } as const;

/** `npm start`: one export or batch from the command line. Answers the exit code. */
async function start(argv: string[]): Promise<number> {
  const stop = stopWhenTold();
  try {
    const { flags, fail } = readFlags(argv);
    const { json = false, out } = flags;
    let printed: Pick<StartOptions, 'json' | 'out' | 'workflow'> = { json, out, workflow: 'export' };
    const resultOf = async () => {
      const options = readOptions(flags, await readConfig(), process.env, fail);
      // Reports of crashes would show it.
      delete process.env['LUCCA_API_KEY'];
      printed = options.explain ? { ...options, workflow: 'batch' } : options;
      return perform(options, stop);
    };
    const result = await resultOf().catch((error: Error) => failure(error, stop));
    printResult(result, printed);
    return exitCodes[result.status];
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode;
    throw error;
  }
}

/** What is wrong with the input is told before anything is loaded that only an export needs. */
async function perform(options: StartOptions, stop: AbortSignal): Promise<ExecutionResult> {
  const now = realClock.now();
  const name = `local-${new Date(now).toISOString().replaceAll(/[:.]/g, '-')}`;
  if (options.explain) {
    return { status: 'SUCCEEDED', output: await explain(options, name, now), historyEvents: 0 };
  }
  await checkInput(options, name, now);
  forgetAwsSettings(process.env);
  const { run } = await import('./run.ts');
  return run(options, name, stop);
}

function failure(error: Error, stop: AbortSignal): ExecutionResult {
  if (error instanceof CommanderError) throw error;
  if (stop.aborted) return { status: 'ABORTED', historyEvents: 0 };
  return { status: 'FAILED', error: error.name, cause: error.message, historyEvents: 0 };
}

// Reports are personnel data: what is written is its user's alone.
process.umask(0o077);
exitSoon(await start(process.argv.slice(2)));
