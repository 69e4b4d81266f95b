import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { Command, InvalidArgumentError } from 'commander';
import type { Assembly } from '../../local/assembly.ts';
import { startFunctions } from '../support/start-functions.ts';
import { addTally, emptyTally, runCampaign, type Tally } from './campaign.ts';
import { violations } from './invariants.ts';
import { createWorldOverHttp } from './over-http.ts';
import { prepare, type Prepared, synthesiseSimulated } from './prepare.ts';
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
  .option('--bail', 'end with the first violation')
  .option('--seed <seed>', 'only this one, told step by step', wholeNumber)
  .parse()
  .opts<{ seeds: number; from: number; seed?: number; bail?: true; bundles?: true }>();

const directory = await mkdtemp(join(tmpdir(), 'lucca-report-export-simulation-'));
try {
  const assembly = await synthesiseSimulated(directory);
  const found = options.seed === undefined ? await runMany(assembly) : await runOne(options.seed, assembly);
  process.exitCode = found === 0 ? 0 : 1;
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
  const seeds = Array.from({ length: options.seeds }, (_, index) => options.from + index);
  const tally = options.bundles ? await runBundles(seeds, assembly) : await runInThreads(seeds);
  process.stdout.write(describeTally(tally, (performance.now() - started) / 1000));
  return tally.violations.length;
}

async function runBundles(seeds: number[], assembly: Assembly): Promise<Tally> {
  const logs: string[] = [];
  const running = await startFunctions(assembly.functions, (line) => logs.push(line));
  const total = emptyTally();
  const createWorld = (scenario: Scenario, prepared: Prepared) =>
    createWorldOverHttp(scenario, prepared, running, logs.splice(0));
  await runCampaign(
    seeds,
    (seed) => simulate(seed, prepare(assembly), createWorld),
    (tally) => {
      addTally(total, tally);
      showProgress(total);
    },
  );
  await running.functions.close();
  return total;
}

/** Every processor takes its share of the seeds. */
async function runInThreads(seeds: number[]): Promise<Tally> {
  const total = emptyTally();
  const bail = new AbortController();
  const threads = Math.min(availableParallelism(), seeds.length);
  await Promise.all(
    Array.from({ length: threads }, async (_, thread) => {
      const share = seeds.filter((_, index) => index % threads === thread);
      const worker = new Worker(new URL('worker.ts', import.meta.url), {
        workerData: { directory, seeds: share } satisfies WorkerData,
      });
      worker.on('message', (tally: Tally) => {
        addTally(total, tally);
        showProgress(total);
        if (options.bail && tally.violations.length > 0) bail.abort();
      });
      bail.signal.addEventListener('abort', () => void worker.terminate());
      await once(worker, 'exit');
    }),
  );
  return total;
}

function showProgress({ seeds, violations }: Tally): void {
  if (process.stderr.isTTY)
    process.stderr.write(`\r${seeds} of ${options.seeds} seeds, ${violations.length} violations`);
}
