import { DynamoDBClient, ScanCommand } from '@aws-sdk/client-dynamodb';
import { S3Client } from '@aws-sdk/client-s3';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { region } from '../../local/assembly.ts';
import { callItem, isItemResource } from '../../local/aws/dynamodb-item.ts';
import { putObject, putObjectResource } from '../../local/aws/s3-put-object.ts';
import { VirtualClock } from '../../local/clock.ts';
import { createLucca, type SimulatedLucca } from '../../local/lucca-simulator/lucca.ts';
import type { ExecutionEvent } from '../../local/states-language/index.ts';
import {
  createStepFunctions,
  type Execution,
  type StepFunctions,
} from '../../local/step-functions/step-functions.ts';
import { createDynamoDb, createTables, undisturbedClient } from './aws/dynamodb.ts';
import { createS3, type S3 } from './aws/s3.ts';
import { type Network, requestHandler, type Service } from './aws/sdk.ts';
import { createSecretsManager } from './aws/secrets-manager.ts';
import { createChance } from './chance.ts';
import { createFaults, type Faults } from './faults.ts';
import { createFunctions } from './functions.ts';
import { createHandlers } from './handlers.ts';
import { disturbed } from './integrations.ts';
import { currentInvocation, runInvocation } from './invocation.ts';
import { createLuccaTraffic, type LuccaTraffic } from './lucca-fetch.ts';
import { luccaFaults } from './lucca-faults.ts';
import type { Prepared } from './prepare.ts';
import { type Scenario, tenantNames, type TenantName } from './scenario.ts';

/** Everything around the workflow, in one process and in virtual time. */
export interface World {
  clock: VirtualClock;
  startedAt: number;
  faults: Faults;
  stepFunctions: StepFunctions;
  luccas: Record<TenantName, SimulatedLucca>;
  traffic: LuccaTraffic;
  s3: S3;
  /** API keys by ARN of their secret. */
  secrets: Map<string, string>;
  /** Items of the lease table. */
  leases: () => Promise<unknown[]>;
  /** Which execution had which report made, by tenant and report. */
  makers: ReadonlyMap<string, string>;
  /** When executions came to the end of what they need their lease for, in milliseconds, by name. */
  doneWithLucca: ReadonlyMap<string, number>;
  /** API keys found where they don't belong. */
  leaks: readonly string[];
}

export const domainOf = (tenant: TenantName) => `https://${tenant}.ilucca.net`;
export const keyOf = (tenant: TenantName) => `${tenant}-0f1e2d3c-key`;
export const newKeyOf = (tenant: TenantName) => `${tenant}-replaced-key`;

export async function createWorld(scenario: Scenario, { assembly, stateMachines }: Prepared): Promise<World> {
  const clock = new VirtualClock(scenario.startsAt);
  const chance = createChance(scenario.seed + 1);
  const startedAt = clock.now();
  const faults = createFaults(scenario.weather, chance, clock, startedAt);
  const network: Network = { faults, chance, clock };

  const makers = new Map<string, string>();
  const luccas = Object.fromEntries(
    tenantNames.map((name) => [name, createSimulatedLucca(name, scenario, network)]),
  ) as World['luccas'];
  const traffic = createLuccaTraffic(
    new Map(tenantNames.map((name) => [domainOf(name), recordingMakers(name, luccas[name], makers)])),
    network,
  );
  const secrets = new Map(
    assembly.secrets.map((arn) => [arn, keyOf(tenantNames.find((name) => arn.includes(`-${name}-`))!)]),
  );
  const s3 = createS3(assembly.bucketName, clock);
  const dynamoDb = createDynamoDb();
  const undisturbed = undisturbedClient(dynamoDb, sdk);
  await createTables(undisturbed, assembly.tables);

  const clientOf = (service: Service) => ({
    ...sdk,
    requestHandler: requestHandler(service, network) as never,
  });
  const s3Client = new S3Client({ ...clientOf(s3), forcePathStyle: true });
  const dynamoDbClient = new DynamoDBClient(clientOf(dynamoDb));
  const secretsManagerClient = new SecretsManagerClient(clientOf(createSecretsManager(secrets)));
  const functions = createFunctions(
    assembly.functions,
    () => createHandlers(s3Client, secretsManagerClient, assembly.bucketName),
    network,
  );

  const doneWithLucca = new Map<string, number>();
  const leaks: string[] = [];
  const keys = tenantNames.flatMap((name) => [keyOf(name), newKeyOf(name)]);
  const watch = (event: ExecutionEvent, { name }: Pick<Execution, 'name'>) => {
    if (event.type === 'stateEntered' && event.state === 'Release Lease') doneWithLucca.set(name, event.at);
    const text = JSON.stringify(event);
    if (keys.some((key) => text.includes(key))) leaks.push(`${name}: ${text.slice(0, 500)}`);
  };
  const stepFunctions = createStepFunctions({
    stateMachines,
    rules: assembly.rules,
    clock,
    random: chance.random,
    onEvent: watch,
    around: disturbed(network),
    runTask: ({ resource, arguments: given }, execution) => {
      const call = { functionName: resource, execution, killed: false };
      if (resource === putObjectResource) return runInvocation(call, () => putObject(s3Client, given));
      if (isItemResource(resource))
        return runInvocation(call, () => callItem(dynamoDbClient, resource, given));
      return functions.invoke(resource, given, execution);
    },
  });
  const leases = async () => {
    const { Items = [] } = await undisturbed.send(new ScanCommand({ TableName: assembly.tables[0]!.name }));
    return Items;
  };
  return {
    clock,
    startedAt,
    faults,
    stepFunctions,
    luccas,
    traffic,
    s3,
    secrets,
    leases,
    makers,
    doneWithLucca,
    leaks,
  };
}

const sdk = {
  region,
  credentials: { accessKeyId: 'simulated', secretAccessKey: 'simulated' },
  endpoint: 'http://aws',
};

function createSimulatedLucca(
  name: TenantName,
  { seed, tenants }: Scenario,
  { clock, chance, faults }: Network,
): SimulatedLucca {
  return createLucca({
    ...tenants[name],
    clock,
    seed,
    apiKeys: [keyOf(name)],
    strike: (operation) => faults.strike('Lucca', operation, luccaFaults(operation, chance)),
  });
}

/** A Lucca, with note taken of who had each report made. Nobody: another integration with the same key. */
function recordingMakers(
  name: TenantName,
  lucca: SimulatedLucca,
  makers: Map<string, string>,
): SimulatedLucca {
  return {
    ...lucca,
    respond: (request) => {
      const before = lucca.reports.length;
      const response = lucca.respond(request);
      const made = lucca.reports[before];
      if (made !== undefined && request.method === 'POST')
        makers.set(`${name}/${made.id}`, currentInvocation()!.execution);
      return response;
    },
  };
}
