import { createWriteStream } from 'node:fs';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CommanderError } from 'commander';
import { realClock } from '../clock.ts';
import { type Engine, startEngine } from '../engine.ts';
import { startLuccaSimulator } from '../lucca-simulator/simulator.ts';
import { demoTenant, type LuccaTarget } from './lucca-target.ts';
import { readOptions, type StartOptions } from './options.ts';
import { printResult } from './print-result.ts';
import { createProgress } from './progress.ts';
import type { ExecutionResult } from '../states-language/index.ts';
import { synthesise } from '../assembly/synthesise.ts';

const exitCodes = { SUCCEEDED: 0, FAILED: 1, TIMED_OUT: 1, ABORTED: 130 } as const;

const simulatorKey = 'simulator-api-key';

/** `npm start`: one export or batch from the command line. Answers the exit code. */
async function start(argv: string[]): Promise<number> {
  let options: StartOptions;
  try {
    options = readOptions(argv, process.env);
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode;
    throw error;
  }
  const stop = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    // Not `once`: npm passes on the Ctrl-C that the terminal has sent already, and a second one would kill.
    process.on(signal, () => stop.abort(new Error(`Stopped by ${signal}.`)));
  }
  const result = await exportOnce(options, stop.signal).catch((error: Error): ExecutionResult => {
    if (stop.signal.aborted) return { status: 'ABORTED', historyEvents: 0 };
    return { status: 'FAILED', error: error.name, cause: error.message, historyEvents: 0 };
  });
  printResult(result, options);
  return exitCodes[result.status];
}

async function exportOnce(options: StartOptions, signal: AbortSignal): Promise<ExecutionResult> {
  await using resources = new AsyncDisposableStack();
  const temporary = await mkdtemp(join(tmpdir(), 'lucca-report-export-'));
  resources.defer(() => rm(temporary, { recursive: true, force: true }));

  async function simulated(): Promise<LuccaTarget> {
    const simulator = await startLuccaSimulator({ clock: realClock, apiKeys: [simulatorKey] });
    resources.defer(simulator.close);
    progress.say('LUCCA_DOMAIN is not set: exporting from the built-in simulator of Lucca.');
    return { tenant: options.tenant ?? demoTenant, domain: simulator.url, apiKey: simulatorKey };
  }

  let engine: Engine | undefined;
  const progress = createProgress(process.stderr, () => engine?.s3.receivedBytes() ?? 0);
  resources.defer(progress.stop);

  const lucca = options.lucca ?? (options.explain ? nobody(options) : await simulated());
  progress.say('Synthesising the app…');
  const tenant = { name: lucca.tenant, domain: lucca.domain };
  const configured = options.tenant === undefined ? {} : { configured: options.tenant };
  const assembly = await synthesise({ ...tenant, ...configured }, temporary, { signal });

  const name = `local-${new Date(realClock.now()).toISOString().replaceAll(/[:.]/g, '-')}`;
  const logs = join(options.out, '.logs');
  await mkdir(logs, { recursive: true });
  const log = createWriteStream(join(logs, `${name}.log`));
  resources.defer(() => void log.end());

  engine = await startEngine({
    assembly,
    directory: options.out,
    apiKey: lucca.apiKey,
    clock: realClock,
    onLog: (functionName, line) => log.write(`${functionName} ${line}\n`),
  });
  resources.defer(engine.close);
  // Of one tenant only, so no name is there twice.
  const { StateMachineArn, BatchStateMachineArn } = Object.assign(
    {},
    ...Object.values(assembly.outputs),
  ) as Record<string, string>;
  return await engine.run((options.workflow === 'batch' ? BatchStateMachineArn : StateMachineArn)!, {
    input: options.input,
    name,
    onEvent: progress.onEvent,
    signal,
  });
}

/** Where nobody is called. */
const nobody = ({ tenant = demoTenant }: StartOptions): LuccaTarget => ({
  tenant,
  domain: 'http://127.0.0.1:1',
  apiKey: simulatorKey,
});

process.exitCode = await start(process.argv.slice(2));
