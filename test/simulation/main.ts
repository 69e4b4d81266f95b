import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { Command, InvalidArgumentError, Option } from 'commander';
import type { Assembly } from '../../local/assembly/assembly.ts';
import { startFunctions } from '../support/start-functions.ts';
import { addTally, emptyTally, runCampaign, type Tally } from './campaign.ts';
import { findTellingSeeds } from './features.ts';
import { violations } from './invariants/invariants.ts';
import { createWorldOverHttp } from './world/over-http.ts';
import { startSecondLuccaOf } from './world/second-lucca.ts';
import { prepare, synthesiseSimulated } from './prepare.ts';
import { describeSeed, describeTally } from './print.ts';
import { simulate } from './run.ts';
import type { Scenario } from './scenario.ts';
import type { WorkerData } from './worker.ts';

const wholeNumber = (text: string): number => {
  if (/^[1-9]\d*$/.test(text)) return Number(text);
  throw new InvalidArgumentError('expected a whole number above 0');
};

const options = new Command('npm run simulate --')
  .description('Runs exports under faults, in virtual time, and checks what must hold whatever happens.')
  .option('--seeds <count>', 'how many simulations', wholeNumber, 1000)
  .option('--from <seed>', 'the first seed', wholeNumber, 1)
  .option('--bundles', 'the bundles themselves over HTTP: slower, and with fewer kinds of faults')
  .addOption(
    new Option('--lucca <which>', 'who answers the bundles: the one that was made from the guide alone')
      .choices(['second'])
      .implies({ bundles: true }),
  )
  .option('--bail', 'end with the first violation')
  .option('--telling', 'print a few seeds that show all that these show: see telling-seeds.ts')
  .option('--seed <seed>', 'only this one, told step by step', wholeNumber)
  .parse()
  .opts<{
    seeds: number;
    from: number;
    seed?: number;
    bail?: true;
    bundles?: true;
    lucca?: 'second';
    telling?: true;
  }>();

/** Set off by Ctrl-C, and by a violation if so wanted: what has come out until then is told. */
const stop = new AbortController();
process.once('SIGINT', () => {
  process.exitCode = 130;
  stop.abort();
});

const directory = await mkdtemp(join(tmpdir(), 'lucca-report-export-simulation-'));
try {
  const assembly = await synthesiseSimulated(directory, { bundled: options.bundles === true });
  const found = options.seed === undefined ? await runMany(assembly) : await runOne(options.seed, assembly);
  process.exitCode ??= found === 0 ? 0 : 1;
} finally {
  await rm(directory, { recursive: true, force: true });
}

async function runOne(seed: number, assembly: Assembly): Promise<number> {
  const outcome = await simulate(seed, prepare(assembly));
  process.stdout.write(describeSeed(outcome));
  return violations(outcome).length;
}

async function runMany(assembly: Assembly): Promise<number> {
  const started = performance.now();
  const total = emptyTally();
  const onSeed = (tally: Tally) => {
    addTally(total, tally);
    if (options.bail && tally.violations.length > 0) stop.abort();
    if (process.stderr.isTTY) {
      process.stderr.write(
        `\r${total.seeds} of ${options.seeds} seeds, ${total.violations.length} violations`,
      );
    }
  };
  const seeds = Array.from({ length: options.seeds }, (_, index) => options.from + index);
  await (options.bundles ? runBundles(seeds, assembly, onSeed) : runInThreads(seeds, onSeed));
  if (options.telling) process.stdout.write(`${findTellingSeeds(total.features).join(', ')}\n`);
  process.stdout.write(describeTally(total, (performance.now() - started) / 1000));
  return total.violations.length;
}

async function runBundles(
  seeds: number[],
  assembly: Assembly,
  onSeed: (tally: Tally) => void,
): Promise<void> {
  const logs: string[] = [];
  const running = await startFunctions(assembly.functions, (line) => logs.push(line));
  const prepared = prepare(assembly);
  const createWorld = (scenario: Scenario) => {
    logs.length = 0;
    const startLucca = options.lucca === 'second' ? startSecondLuccaOf : undefined;
    return createWorldOverHttp(scenario, prepared, running, logs, startLucca);
  };
  await runCampaign(untilStopped(seeds), (seed) => simulate(seed, prepared, createWorld), onSeed);
  await running.functions.close();
}

function* untilStopped(seeds: number[]): Generator<number> {
  for (const seed of seeds) {
    if (stop.signal.aborted) return;
    yield seed;
  }
}

/** Every processor takes its share of the seeds. */
async function runInThreads(seeds: number[], onSeed: (tally: Tally) => void): Promise<void> {
  const threads = Math.min(availableParallelism(), seeds.length);
  await Promise.all(
    Array.from({ length: threads }, async (_, thread) => {
      const share = seeds.filter((_, index) => index % threads === thread);
      const worker = new Worker(new URL('worker.ts', import.meta.url), {
        workerData: { directory, seeds: share } satisfies WorkerData,
      });
      worker.on('message', onSeed);
      stop.signal.addEventListener('abort', () => void worker.terminate());
      await once(worker, 'exit');
    }),
  );
}
