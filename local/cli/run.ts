import { randomUUID } from 'node:crypto';
import { createWriteStream, type WriteStream } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { synthesise } from '../assembly/synthesise.ts';
import { realClock } from '../clock.ts';
import type { Engine } from '../engine.ts';
import { startLuccaSimulator } from '../lucca-simulator/simulator.ts';
import type { ExecutionResult } from '../states-language/index.ts';
import type { StartOptions } from './options.ts';
import { createOutputDirectory, logFolder, OutputDirectoryError } from './output-directory.ts';
import { createProgress } from './progress.ts';

/**
 * Runs one export or batch to its end. Whatever was started for it is closed however it ends.
 * @param name of the execution
 */
export async function run(
  options: StartOptions,
  name: string,
  signal: AbortSignal,
): Promise<ExecutionResult> {
  await createOutputDirectory(options.out);
  await using resources = new AsyncDisposableStack();
  let engine: Engine | undefined;
  const progress = createProgress(process.stderr, options.out, () => engine?.s3.receivedBytes() ?? 0);
  resources.defer(progress.stop);

  let lucca = options.lucca;
  if (lucca === undefined) {
    // Made afresh: nobody else on this machine may create reports there, which would delete the one under way.
    const simulatorKey = randomUUID();
    const simulator = await startLuccaSimulator({ clock: realClock, apiKeys: [simulatorKey] });
    resources.defer(simulator.close);
    progress.say('LUCCA_DOMAIN is not set: exporting from the built-in simulator of Lucca.');
    lucca = { tenant: options.tenant, domain: simulator.url, apiKey: simulatorKey };
  }
  // Loaded while the app is being synthesised.
  const [assembly, { startEngine }] = await Promise.all([
    synthesise(
      { name: options.tenant, domain: lucca.domain, configured: options.settings.name },
      { signal, onSynthesis: () => progress.say('Synthesising the app…') },
    ),
    import('../engine.ts'),
  ]);
  signal.throwIfAborted();

  const log = await openLog(options.out, name, progress.say);
  resources.defer(() => new Promise<void>((resolve) => void log.end(() => resolve())));
  const diskFailed = new AbortController();
  engine = await startEngine({
    assembly,
    directory: options.out,
    apiKey: lucca.apiKey,
    clock: realClock,
    // The simulator is never behind a proxy.
    network: options.lucca === undefined ? {} : process.env,
    onDiskError: (error) => diskFailed.abort(new OutputDirectoryError(options.out, error)),
    onLog: (functionName, line) => log.write(`${functionName} ${line}\n`),
  });
  resources.defer(engine.close);
  // Of one tenant only, so no name is there twice.
  const { StateMachineArn, BatchStateMachineArn } = Object.assign(
    {},
    ...Object.values(assembly.outputs),
  ) as Record<string, string>;
  const result = await engine.run((options.workflow === 'batch' ? BatchStateMachineArn : StateMachineArn)!, {
    input: options.input,
    name,
    onEvent: progress.onEvent,
    signal: AbortSignal.any([signal, diskFailed.signal]),
  });
  // To try again for minutes would not help.
  diskFailed.signal.throwIfAborted();
  const heldUp = progress.heldUp();
  if (result.status !== 'ABORTED' || heldUp === undefined) return result;
  log.write(`${heldUp}\n`);
  return { ...result, cause: heldUp };
}

/** The functions' log. An export doesn't fail because it can't be written. */
async function openLog(out: string, name: string, say: (line: string) => void): Promise<WriteStream> {
  const logs = join(out, logFolder);
  await mkdir(logs, { recursive: true });
  // Nothing that is there already is written to: it may lead elsewhere.
  return createWriteStream(join(logs, `${name}.log`), { flags: 'wx' }).on('error', (error) =>
    say(`The functions' log can't be written: ${error.message}`),
  );
}
