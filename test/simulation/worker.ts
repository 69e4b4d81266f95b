import { parentPort, workerData } from 'node:worker_threads';
import { readAssembly } from '../../local/assembly/read-assembly.ts';
import { runCampaign } from './campaign.ts';
import { prepare } from './prepare.ts';
import { simulate } from './run.ts';

/** Runs in a thread of its own: simulates the seeds that it is given, and tells of each. */
export interface WorkerData {
  /** The cloud assembly. */
  directory: string;
  seeds: number[];
}

const { directory, seeds } = workerData as WorkerData;
const prepared = prepare(await readAssembly(directory));
await runCampaign(
  seeds,
  (seed) => simulate(seed, prepared),
  (tally) => parentPort!.postMessage(tally),
);
