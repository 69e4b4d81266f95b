import { once } from 'node:events';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { CreateTableCommand, type CreateTableCommandInput, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import dynalite from 'dynalite';
import { createCredentials, type Credentials } from '../credentials.ts';
import { createFaults, type Fault } from '../faults.ts';
import { serve } from '../http-server.ts';

/** Operations on items, of those that dynalite knows. */
export type DynamoDbOperation = 'UpdateItem' | 'GetItem' | 'PutItem' | 'Scan';

/** DynamoDB's side: dynalite, in memory, over HTTP. */
export interface DynamoDb {
  url: string;
  close: () => Promise<void>;
  /** Makes the next calls of an operation fail, e.g. `{ status: 400, code: 'ThrottlingException', times: 2 }`. */
  failNext: (operation: DynamoDbOperation, fault: Fault) => void;
}

/** @param options.tables properties of the tables as CloudFormation has them, by name */
export async function startDynamoDb(options: {
  region: string;
  credentials?: Credentials;
  tables: { name: string; properties: Record<string, unknown> }[];
}): Promise<DynamoDb> {
  const { credentials = createCredentials() } = options;
  const database: Server = dynalite({ createTableMs: 0 });
  const faults = createFaults<string>();
  await using opened = new AsyncDisposableStack();
  const server = await serve(async (request, response) => {
    const fault = faults.take(operationOf(request));
    if (fault !== undefined) return refuse(response, fault);
    // Read here: dynalite would end the process if the client went away in the middle.
    const { method, url, headers } = request;
    const whole = Object.assign(Readable.from([await buffer(request)]), { method, url, headers });
    const answered = once(response, 'close');
    database.emit('request', whole, response);
    await answered;
  }, options.credentials);

  opened.defer(server.close);

  const client = new DynamoDBClient({ endpoint: server.url, region: options.region, credentials });
  opened.defer(() => client.destroy());
  for (const { name, properties } of options.tables) {
    // In CloudFormation's words, which are DynamoDB's own.
    await client.send(
      new CreateTableCommand({ ...(properties as object as CreateTableCommandInput), TableName: name }),
    );
  }
  const toClose = opened.move();
  return { url: server.url, close: () => toClose.disposeAsync(), failNext: faults.failNext };
}

const operationOf = (request: IncomingMessage): string =>
  String(request.headers['x-amz-target']).replace(/^.*\./, '');

function refuse(response: ServerResponse, { status, code }: Fault): void {
  response.writeHead(status, { 'content-type': 'application/x-amz-json-1.0' });
  response.end(JSON.stringify({ __type: code, message: `${code} was ordered by failNext.` }));
}
