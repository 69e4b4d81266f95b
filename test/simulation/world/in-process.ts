import { DynamoDBClient, GetItemCommand, ScanCommand } from '@aws-sdk/client-dynamodb';
import { S3Client } from '@aws-sdk/client-s3';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import type { LambdaFunction } from '../../../local/assembly/assembly.ts';
import { region } from '../../../local/assembly/cloud-formation.ts';
import { VirtualClock } from '../../../local/clock.ts';
import { createLucca, type SimulatedLucca } from '../../../local/lucca-simulator/lucca.ts';
import {
  createStepFunctions,
  type StepFunctions,
  type StepFunctionsOptions,
} from '../../../local/aws/step-functions/step-functions.ts';
import { createDynamoDb, createTables, undisturbedClient } from './aws/dynamodb.ts';
import { createS3 } from './aws/s3.ts';
import { type Network, requestHandler, type Service } from './aws/sdk.ts';
import { createSecretsManager } from './aws/secrets-manager.ts';
import { createChance } from '../chance.ts';
import { deployedMachines } from './deployment.ts';
import { createFaults } from './faults.ts';
import { createFunctions } from './functions.ts';
import { createHandlers } from './handlers.ts';
import { disturbed } from './integrations.ts';
import { currentInvocation, runInvocation } from './invocation.ts';
import { createLuccaTraffic } from './lucca-fetch.ts';
import { luccaFaults } from './lucca-faults.ts';
import { installPlatform } from './platform.ts';
import { createRedrives } from './redrives.ts';
import { createRefusals } from './refusals.ts';
import type { Prepared } from '../prepare.ts';
import { type Scenario, tenantNames, type TenantName } from '../scenario.ts';
import { createWatch, keyOf, tenantOf, type World } from './world.ts';

/** A world in this process: the handlers' own code, with everything that they talk to in memory. */
export async function createWorldInProcess(
  scenario: Scenario,
  prepared: Prepared,
  onAttempt?: StepFunctionsOptions['onAttempt'],
): Promise<World> {
  const { assembly } = prepared;
  const clock = new VirtualClock(scenario.startsAt);
  const chance = createChance(scenario.seed + 1);
  const faults = createFaults(scenario.weather, chance, clock);
  const network: Network = { faults, chance, clock };
  const watch = createWatch();
  const luccas = Object.fromEntries(
    tenantNames.map((name) => [name, createSimulatedLucca(name, scenario, network)]),
  ) as Record<TenantName, SimulatedLucca>;
  const traffic = createLuccaTraffic(
    Object.fromEntries(
      tenantNames.map((name) => [name, recordingMakers(luccas[name], (id) => noteMaker(name, id))]),
    ),
    network,
  );
  /** Looks who has the lease in the same instant. */
  function noteMaker(tenant: TenantName, reportId: number): void {
    const { execution } = currentInvocation()!;
    const report = `${tenant}/${reportId}`;
    watch.makers.set(report, { execution, at: clock.now() });
    const apiKeySecretArn = { S: assembly.secrets.find((arn) => tenantOf(arn) === tenant)! };
    const lease = new GetItemCommand({ TableName: assembly.tables[0]!.name, Key: { apiKeySecretArn } });
    void clock.during(async () => {
      const { Item } = await undisturbed.send(lease);
      if (Item?.executionArn?.S?.endsWith(`:${execution}`) !== true) watch.madeWithoutLease.add(report);
    });
  }
  const platform = installPlatform(clock, createChance(scenario.seed + 2), traffic.fetch);
  const secrets = new Map(assembly.secrets.map((arn) => [arn, keyOf(tenantOf(arn))]));
  const s3 = createS3(assembly.bucketName, clock);
  const dynamoDb = createDynamoDb();
  const undisturbed = undisturbedClient(dynamoDb, sdk);
  await createTables(undisturbed, assembly.tables);

  const clientOf = (service: Service, requestTimeout = 10_000) => ({
    ...sdk,
    requestHandler: requestHandler(service, network, requestTimeout) as never,
  });
  const s3Client = new S3Client({ ...clientOf(s3, 60_000), forcePathStyle: true });
  const readingClient = new S3Client({ ...clientOf(s3), forcePathStyle: true });
  const dynamoDbClient = new DynamoDBClient(clientOf(dynamoDb));
  const secretsManagerClient = new SecretsManagerClient(clientOf(createSecretsManager(secrets)));
  const newSandbox = ({ environment }: LambdaFunction) =>
    createHandlers(
      { uploads: s3Client, reads: readingClient, secrets: secretsManagerClient },
      assembly.bucketName,
      environment,
    );
  const functions = createFunctions(
    assembly.functions,
    newSandbox,
    network,
    createRefusals(scenario, network),
  );
  const disturb = disturbed(network);
  // EventBridge delivers at least once, but Step Functions doesn't promise that it tells of every end.
  const deliveries = chance.pick(scenario.weather.kind === 'calm' ? [1, 2] : [0, 1, 1, 1, 1, 1, 1, 2, 2, 2]);
  const redrives = createRedrives(scenario.redrives, network, () => stepFunctions);
  const stepFunctions: StepFunctions = createStepFunctions({
    stateMachines: deployedMachines(prepared, scenario, clock),
    rules: Array.from({ length: deliveries }, () => assembly.rules).flat(),
    clock,
    random: chance.random,
    onEvent: watch.onEvent,
    onAttempt,
    onEnd: redrives.onEnd,
    around: (task, call, execution) => {
      const invocation = { functionName: call.resource, execution, killed: false };
      return disturb(() => runInvocation(invocation, task), call, execution);
    },
    services: { s3: s3Client, dynamoDb: dynamoDbClient, invokeFunction: functions.invoke },
  });

  return {
    clock,
    startedAt: clock.now(),
    faults,
    stepFunctions,
    luccas,
    putKey: (tenant, key) => {
      for (const arn of assembly.secrets) if (tenantOf(arn) === tenant) secrets.set(arn, key);
    },
    watch,
    redrives,
    logs: platform.logs,
    remains: async () => {
      // Functions go on when nobody waits for them any more.
      await clock.sleep(longestFunction);
      const { Items = [] } = await undisturbed.send(new ScanCommand({ TableName: assembly.tables[0]!.name }));
      return {
        losesEvents: deliveries === 0,
        leases: Items.filter(({ executionArn }) => executionArn !== undefined),
        versions: s3.versions,
        hasOldVersions: true,
        uploads: [...s3.uploads.values()],
        downloads: traffic.downloads,
        unread: [...traffic.open.values()],
      };
    },
    [Symbol.asyncDispose]: async () => platform[Symbol.dispose](),
  };
}

const longestFunction = 3_600_000;

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
    nextFault: (operation) =>
      faults.strike(
        'Lucca',
        operation,
        luccaFaults(operation, chance, { rotates: tenants[name].rotation !== undefined }),
      ),
  });
}

/** A Lucca, with note taken of each report that is made. Not by anybody: another integration has the same key. */
const recordingMakers = (lucca: SimulatedLucca, onMade: (reportId: number) => void): SimulatedLucca => ({
  ...lucca,
  answer: (request) => {
    const before = lucca.reports.length;
    const response = lucca.answer(request);
    const made = lucca.reports[before];
    if (made !== undefined && request.method === 'POST') onMade(made.id);
    return response;
  },
});
