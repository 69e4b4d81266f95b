import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { runCampaign } from './campaign.ts';
import { prepare, type Prepared, synthesiseSimulated } from './prepare.ts';
import { simulate } from './run.ts';
import { tellingSeeds } from './telling-seeds.ts';

let directory: string;
let prepared: Prepared;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'lucca-report-export-simulation-'));
  prepared = prepare(await synthesiseSimulated(directory, { bundled: false }));
});
afterAll(() => rm(directory, { recursive: true, force: true }));

test('whatever goes wrong, the workflow keeps its promises', async () => {
  const { violations, features } = await runCampaign(tellingSeeds, (seed) => simulate(seed, prepared));
  expect(violations).toEqual([]);
  // So many kinds of faults and endings: if there are fewer, other seeds tell more.
  expect(new Set([...features.values()].flat()).size).toBeGreaterThan(210);
});

async function happenings(seed: number) {
  const { world, executions } = await simulate(seed, prepared);
  return {
    // EventBridge names executions at random.
    struck: world.faults.struck.map((fault) => ({ ...fault, execution: undefined })),
    requests: world.luccas.acme.requests,
    endings: executions.map(({ execution: { startedAt, stoppedAt, result } }) => ({
      startedAt,
      stoppedAt,
      result,
    })),
  };
}

test('a seed always leads to the same happenings', async () => {
  for (const seed of [3, 11]) expect(await happenings(seed)).toEqual(await happenings(seed));
});
