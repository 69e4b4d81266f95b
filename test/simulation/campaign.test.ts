import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { runCampaign } from './campaign.ts';
import { prepare, type Prepared, synthesiseSimulated } from './prepare.ts';
import { simulate } from './run.ts';

let directory: string;
let prepared: Prepared;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'lucca-report-export-simulation-'));
  prepared = prepare(await synthesiseSimulated(directory, { bundled: false }));
});
afterAll(() => rm(directory, { recursive: true, force: true }));

test('whatever goes wrong, the workflow keeps its promises', async () => {
  const seeds = Array.from({ length: 200 }, (_, index) => 1 + index);
  const { violations, executions, faults } = await runCampaign(seeds, (seed) => simulate(seed, prepared));
  expect(violations).toEqual([]);
  expect(executions).toBeGreaterThan(700);
  expect(Object.keys(faults).length).toBeGreaterThan(40);
}, 120_000);

async function happenings(seed: number) {
  const { world, executions } = await simulate(seed, prepared);
  return {
    struck: world.faults.struck,
    requests: world.luccas.acme.requests,
    endings: executions.map(({ execution: { startedAt, stoppedAt, result } }) => ({
      startedAt,
      stoppedAt,
      result,
    })),
  };
}

test('a seed always leads to the same happenings', async () => {
  for (const seed of [3, 8, 11]) expect(await happenings(seed)).toEqual(await happenings(seed));
}, 30_000);
