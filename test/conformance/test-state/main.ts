import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { realClock } from '../../../local/clock.ts';
import { prepare, synthesiseSimulated } from '../../simulation/prepare.ts';
import { tellingSeeds } from '../../simulation/telling-seeds.ts';
import { askAbout, type InquiryOptions } from './ask.ts';
import { type AwsOptions, createSend, explain } from './aws.ts';
import { createPace } from './pace.ts';
import { collectSteps, type Steps } from './steps.ts';
import { tableOf } from './table.ts';

export interface TestStateOptions extends AwsOptions {
  /** Calls that begin in a second. */
  rate: number;
}

/**
 * Asks AWS about steps of simulated runs and prints what came of it. Exit code 1: there are differences; 2: AWS can't
 * be asked; 130: stopped by Ctrl-C before there was a difference.
 */
export async function compareWithAws({ rate, ...aws }: TestStateOptions): Promise<number> {
  const stop = new AbortController();
  const onInterrupt = () => stop.abort();
  process.on('SIGINT', onInterrupt);
  try {
    process.stderr.write('Simulating runs…\n');
    const steps = await stepsOfSimulation(stop.signal);
    if (stop.signal.aborted) return 130;
    const seconds = Math.ceil(steps.steps.length / rate);
    process.stderr.write(`${steps.steps.length} steps, ${rate} a second: about ${seconds} s\n`);
    return await inquire(steps, {
      send: createSend(aws),
      pace: createPace(rate, realClock),
      signal: stop.signal,
      onVerdict: progress(steps.steps.length),
    });
  } finally {
    process.off('SIGINT', onInterrupt);
  }
}

async function stepsOfSimulation(signal: AbortSignal): Promise<Steps> {
  const directory = await mkdtemp(join(tmpdir(), 'lucca-report-export-conformance-'));
  try {
    return await collectSteps(
      untilStopped(tellingSeeds, signal),
      prepare(await synthesiseSimulated(directory, { bundled: false })),
    );
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

function* untilStopped(seeds: readonly number[], signal: AbortSignal): Generator<number> {
  for (const seed of seeds) {
    if (signal.aborted) return;
    yield seed;
  }
}

/** Asks about steps and prints the table, however far it got. */
export async function inquire(steps: Steps, options: InquiryOptions): Promise<number> {
  const inquiry = await askAbout(steps.steps, options);
  process.stdout.write(tableOf(steps, inquiry));
  if (inquiry.failure !== undefined) process.stderr.write(`${explain(inquiry.failure)}\n`);
  const differs = inquiry.verdicts.some(({ verdict }) => verdict === 'different');
  // What no step shows isn't compared.
  if (differs || (steps.missing.length > 0 && !options.signal.aborted)) return 1;
  if (inquiry.failure !== undefined) return 2;
  return options.signal.aborted ? 130 : 0;
}

function progress(total: number): () => void {
  let done = 0;
  return () => {
    if (process.stderr.isTTY) process.stderr.write(`\r${++done} of ${total}${done === total ? '\n' : ''}`);
  };
}
