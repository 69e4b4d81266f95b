import { DynamoDBClient, PutItemCommand, ScanCommand } from '@aws-sdk/client-dynamodb';
import type { Assembly } from '../../local/assembly/assembly.ts';
import { region } from '../../local/assembly/cloud-formation.ts';
import type { Clock } from '../../local/clock.ts';
import type { Engine } from '../../local/engine.ts';

/** A lease as the table holds it while somebody has it; instants in milliseconds. */
export interface Lease {
  apiKeySecretArn: string;
  executionArn: string;
  acquiredAt: number;
  expiresAt: number;
}

export interface LeaseTable {
  all: () => Promise<Lease[]>;
  /** Which executions have the next turn. */
  turns: () => Promise<string[]>;
  /** Puts a lease of the tenant's API key. */
  put: (lease: Omit<Lease, 'apiKeySecretArn'>) => Promise<void>;
}

/** The lease table as a test looks at it. Virtual time stands still meanwhile. */
export function leaseTable(engine: Engine, assembly: Assembly, clock: Clock): LeaseTable {
  const TableName = assembly.tables[0]!.name;
  const client = new DynamoDBClient({
    endpoint: engine.dynamoDb.url,
    region,
    credentials: engine.credentials,
  });
  const items = async () =>
    (await clock.during(() => client.send(new ScanCommand({ TableName })))).Items ?? [];
  return {
    turns: async () => (await items()).flatMap(({ nextExecutionArn }) => nextExecutionArn?.S ?? []),
    all: async () => {
      const held = (await items()).filter((item) => item.executionArn !== undefined);
      return held.map((item) => ({
        apiKeySecretArn: item.apiKeySecretArn!.S!,
        executionArn: item.executionArn!.S!,
        acquiredAt: Number(item.acquiredAt!.N),
        expiresAt: Number(item.expiresAt!.N),
      }));
    },
    put: async ({ executionArn, acquiredAt, expiresAt }) => {
      const Item = {
        apiKeySecretArn: { S: assembly.secrets[0]! },
        executionArn: { S: executionArn },
        acquiredAt: { N: String(acquiredAt) },
        expiresAt: { N: String(expiresAt) },
      };
      await clock.during(() => client.send(new PutItemCommand({ TableName, Item })));
    },
  };
}
