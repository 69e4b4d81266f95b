import type { Server } from 'node:http';
import { Readable } from 'node:stream';
import { CreateTableCommand, type CreateTableCommandInput, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import dynalite from 'dynalite';
import type { TableResource } from '../../../../local/assembly/assembly.ts';
import { type AwsAnswer, type AwsRequest, jsonAnswer, type Service, textOf } from './sdk.ts';

/** DynamoDB: dynalite, without its server. */
export function createDynamoDb(): Service {
  const database: Server = dynalite({ createTableMs: 0 });
  return {
    boundary: 'DynamoDB',
    operationOf: ({ headers }) => headers['x-amz-target']!.replace(/^.*\./, ''),
    answer: (request) => exchange(database, request),
    refuse: (status, code) => jsonAnswer(status, { __type: code, message: 'simulated' }),
    refusals: [
      [400, 'ThrottlingException'],
      [400, 'ProvisionedThroughputExceededException'],
      [500, 'InternalServerError'],
    ],
    survivable: 5,
  };
}

/** @param database answers requests that never were on a wire */
function exchange(database: Server, asked: AwsRequest): Promise<AwsAnswer> {
  const { method, path, headers } = asked;
  return new Promise((resolve) => {
    const answered: Record<string, string> = {};
    const response = {
      statusCode: 200,
      setHeader: (name: string, value: unknown) => void (answered[name.toLowerCase()] = String(value)),
      end: (text: string) =>
        resolve({ statusCode: response.statusCode, headers: answered, body: Buffer.from(text) }),
    };
    const request = Object.assign(Readable.from([textOf(asked)]), {
      method,
      url: path,
      headers,
    });
    database.emit('request', request, response);
  });
}

/** A client for which nothing goes wrong. */
export function undisturbedClient(service: Service, options: object): DynamoDBClient {
  const handle = async (request: AwsRequest) => ({ response: await service.answer(request) });
  return new DynamoDBClient({ ...options, requestHandler: { handle } as never });
}

export async function createTables(client: DynamoDBClient, tables: TableResource[]): Promise<void> {
  for (const { name, properties } of tables) {
    await client.send(
      new CreateTableCommand({ ...(properties as object as CreateTableCommandInput), TableName: name }),
    );
  }
}
