import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Format, formatNames } from '../../../lambdas/shared/formats.ts';
import type { Assembly } from '../../../local/assembly/assembly.ts';
import { VirtualClock } from '../../../local/clock.ts';
import type { Fault as AwsFault } from '../../../local/aws/faults.ts';
import { type Engine, type RunningFunctions, startEngine } from '../../../local/engine.ts';
import type { Functions } from '../../../local/aws/lambda/functions.ts';
import { startLuccaSimulator } from '../../../local/lucca-simulator/simulator.ts';
import { TaskFailure } from '../../../local/states-language/index.ts';
import { leaseTable } from '../../support/leases.ts';
import type { Network } from './aws/sdk.ts';
import { createChance } from '../chance.ts';
import { createFaults, type FaultKind } from './faults.ts';
import { disturbed } from './integrations.ts';
import { luccaFaults } from './lucca-faults.ts';
import type { Prepared } from '../prepare.ts';
import { type Boundary, type Scenario, tenantNames, type TenantName } from '../scenario.ts';
import { createRedrives } from './redrives.ts';
import { createWatch, type Download, keyOf, tenantOf, type WatchedLucca, type World } from './world.ts';

/** A tenant's Lucca that answers over HTTP. */
export interface HttpLucca extends WatchedLucca {
  /** Origin. */
  url: string;
  /** The bytes served for a report, even if it was deleted since. */
  expectedFile: (reportId: number, format: Format) => Buffer;
  close: () => Promise<void>;
}

export type StartLucca = (name: TenantName, scenario: Scenario, network: Network) => Promise<HttpLucca>;

/**
 * A world of real bundles that talk over HTTP. Time stands still while a function runs, so nothing stalls or times out
 * here, and what a function did can't be told from what others did at the same time.
 * @param running the bundles
 * @param startLucca starts a tenant's Lucca: the simulator unless given
 */
export async function createWorldOverHttp(
  scenario: Scenario,
  prepared: Prepared,
  running: RunningFunctions,
  logs: string[],
  startLucca: StartLucca = startSimulator,
): Promise<World> {
  const clock = new VirtualClock(scenario.startsAt);
  const chance = createChance(scenario.seed + 1);
  const network: Network = { clock, chance, faults: createFaults(scenario.weather, chance, clock) };
  const disturb = disturbed(network);
  const watch = createWatch();
  const luccas = Object.fromEntries(
    await Promise.all(
      tenantNames.map(async (name) => [name, await startLucca(name, scenario, network)] as const),
    ),
  ) as Record<TenantName, HttpLucca>;
  const directory = await mkdtemp(join(tmpdir(), 'lucca-report-export-bucket-'));
  const assembly = assemblyFor(prepared.assembly, scenario.seed, luccas);
  const redrives = createRedrives(scenario.redrives, network, () => engine);
  const engine: Engine = await startEngine({
    assembly,
    directory,
    apiKey: '',
    clock,
    running: { ...running, functions: disturbedFunctions(running.functions, network) },
    random: chance.random,
    onEvent: watch.onEvent,
    onEnd: redrives.onEnd,
    around: (task, call, execution) => {
      // The SDK's pauses between its attempts take real time.
      if (chance.happens(0.1)) disturbServices(engine, network);
      return disturb(task, call, execution);
    },
  });
  const putKey = (tenant: TenantName, key: string) => {
    for (const arn of assembly.secrets) if (tenantOf(arn) === tenant) engine.secretsManager.put(arn, key);
  };
  for (const name of tenantNames) putKey(name, keyOf(name));

  return {
    clock,
    startedAt: clock.now(),
    faults: network.faults,
    stepFunctions: engine,
    luccas,
    putKey,
    watch,
    redrives,
    logs,
    remains: async () => ({
      losesEvents: false,
      leases: await leaseTable(engine, assembly, clock).all(),
      versions: await versionsIn(engine, directory),
      hasOldVersions: false,
      uploads: await engine.s3.multipartUploads(),
      downloads: tenantNames.flatMap((name) => filesOf(name, luccas[name])),
      unread: [],
    }),
    [Symbol.asyncDispose]: async () => {
      await Promise.all([engine.close(), ...tenantNames.map((name) => luccas[name].close())]);
      await rm(directory, { recursive: true, force: true });
    },
  };
}

const startSimulator: StartLucca = (name, { seed, tenants }, { clock, chance, faults }) =>
  startLuccaSimulator({
    ...tenants[name],
    clock,
    seed,
    apiKeys: [keyOf(name)],
    nextFault: (operation) => {
      const kinds = luccaFaults(operation, chance, { rotates: tenants[name].rotation !== undefined }).filter(
        ({ kind }) => kind !== 'stall' && kind !== 'slow',
      );
      return faults.strike('Lucca', operation, kinds);
    },
  });

/** What synthesis emitted, for these Luccas, and with secrets of the world's own: sandboxes remember keys. */
function assemblyFor(assembly: Assembly, seed: number, luccas: Record<TenantName, HttpLucca>): Assembly {
  let text = JSON.stringify(assembly);
  for (const name of tenantNames) text = text.replaceAll(`https://${name}.ilucca.net`, luccas[name].url);
  for (const secret of assembly.secrets) text = text.replaceAll(secret, `${secret}-${seed}`);
  return JSON.parse(text) as Assembly;
}

type FunctionFault = 'refused' | 'lost' | 'twice';

/** Functions that are throttled, whose answers are lost, and whose events are delivered twice. */
function disturbedFunctions(functions: Functions, { faults, chance }: Network): Functions {
  const kinds: FaultKind<FunctionFault>[] = [
    { kind: 'throttled', group: 'function', survivable: 3, fault: () => 'refused' },
    { kind: 'answer lost', group: 'function', survivable: 3, fault: () => 'lost' },
    { kind: 'delivered twice', survivable: 2, perExecution: true, fault: () => 'twice' },
  ];
  return {
    ...functions,
    invoke: async (functionArn, event, environment) => {
      const fault = faults.strike('Lambda', functionArn, kinds);
      if (fault === 'refused') throw new TaskFailure('Lambda.TooManyRequestsException', 'simulated');
      if (fault === 'twice') await Promise.allSettled([functions.invoke(functionArn, event, environment)]);
      const answer = functions.invoke(functionArn, event, environment);
      if (fault !== 'lost') return answer;
      await Promise.allSettled([answer]);
      throw new TaskFailure(chance.pick(['Lambda.SdkClientException', 'Runtime.ExitError']), 'simulated');
    },
  };
}

interface Refusal {
  boundary: Boundary;
  operation: string;
  code: string;
  order: (engine: Engine, fault: AwsFault) => void;
}

const refusals: readonly Refusal[] = [
  {
    boundary: 'S3',
    operation: 'PutObject',
    code: 'SlowDown',
    order: ({ s3 }, fault) => s3.failNext('PutObject', fault),
  },
  {
    boundary: 'S3',
    operation: 'GetObject',
    code: 'InternalError',
    order: ({ s3 }, fault) => s3.failNext('GetObject', fault),
  },
  {
    boundary: 'Secrets Manager',
    operation: 'GetSecretValue',
    code: 'InternalServiceError',
    order: ({ secretsManager }, fault) => secretsManager.failNext('GetSecretValue', fault),
  },
  {
    boundary: 'DynamoDB',
    operation: 'UpdateItem',
    code: 'InternalServerError',
    order: ({ dynamoDb }, fault) => dynamoDb.failNext('UpdateItem', fault),
  },
  {
    boundary: 'DynamoDB',
    operation: 'GetItem',
    code: 'InternalServerError',
    order: ({ dynamoDb }, fault) => dynamoDb.failNext('GetItem', fault),
  },
];

/** Has the next calls of AWS's services fail. */
function disturbServices(engine: Engine, { faults, chance }: Network): void {
  for (const { boundary, operation, code, order } of refusals) {
    const fault = () => order(engine, { status: 503, code, times: chance.pick([1, 1, 3]) });
    faults.strike(boundary, operation, [{ kind: code, survivable: 3, perExecution: true, fault }]);
  }
}

const versionsIn = async ({ s3 }: Engine, directory: string) =>
  Promise.all(
    (await s3.objects()).map(async ({ key, versionId, metadata }) => ({
      key,
      versionId,
      metadata,
      at: 0,
      bytes: await readFile(join(directory, key)),
    })),
  );

const filesOf = (tenant: TenantName, lucca: HttpLucca): Download[] =>
  lucca.reports.flatMap(({ id }) =>
    formatNames.map((format) => ({ tenant, reportId: id, format, bytes: lucca.expectedFile(id, format) })),
  );
