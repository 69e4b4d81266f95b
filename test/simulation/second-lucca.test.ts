import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { RunningFunctions } from '../../local/engine.ts';
import { startFunctions } from '../support/start-functions.ts';
import { prepare, type Prepared, synthesiseSimulated } from './prepare.ts';
import { simulate } from './run.ts';
import type { Weather } from './scenario.ts';
import { createWorldOverHttp, type StartLucca } from './world/over-http.ts';
import { startSecondLuccaOf } from './world/second-lucca.ts';

let directory: string;
let prepared: Prepared;
let running: RunningFunctions;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'lucca-report-export-simulation-'));
  prepared = prepare(await synthesiseSimulated(directory, { bundled: true }));
  running = await startFunctions(prepared.assembly.functions, () => {});
});
afterAll(async () => {
  await running.functions.close();
  await rm(directory, { recursive: true, force: true });
});

/** Names without what is another one in each world: ids, and digests of what has a port in it. */
const nameless = (name: string): string =>
  name
    .replace(/[0-9a-f]{8}-[0-9a-f-]{27}/, '{id}')
    .replace(/[0-9a-f]{64}/, '{digest}')
    .replace(/template=(?!42\b)\d+/, 'template={id}');

/** How a scenario ends if nothing goes wrong: what became of the executions, and what is stored. */
async function endings(seed: number, startLucca?: StartLucca) {
  const { executions, remains } = await simulate(seed, prepared, (scenario) => {
    const rates = Object.fromEntries(Object.keys(scenario.weather.rates).map((boundary) => [boundary, 0]));
    const weather: Weather = { kind: 'calm', rates: rates as Weather['rates'], outages: [] };
    return createWorldOverHttp({ ...scenario, weather }, prepared, running, [], startLucca);
  });
  return {
    executions: executions
      .map(({ execution: { name, result } }) => [
        nameless(name),
        result !== undefined && 'error' in result ? result.error : result?.status,
      ])
      .toSorted(),
    stored: remains.versions.map(({ key }) => nameless(key)).toSorted(),
  };
}

/** A template that doesn't exist; a batch, a schedule, new templates and a replaced key. */
const tellingSeeds = [170, 393];
const moreSeeds = Array.from({ length: 10 * Number(process.env.FUZZ ?? 0) }, (_, index) => index + 1);

test.each([...tellingSeeds, ...moreSeeds])(
  'seed %i ends the same with the Lucca that was made from the guide alone',
  async (seed) => {
    expect(await endings(seed, startSecondLuccaOf)).toEqual(await endings(seed));
  },
);
