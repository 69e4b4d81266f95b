import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { expect, onTestFinished, test } from 'vitest';
import { type DynamoDb, startDynamoDb } from '../../../../local/aws/dynamodb/dynamodb.ts';
import type { Services } from '../../../../local/aws/step-functions/integrations/integration.ts';
import { integrationOf } from '../../../../local/aws/step-functions/integrations/integrations.ts';
import type { Json, TaskCall } from '../../../../local/states-language/index.ts';

const region = 'eu-west-3';
const table = {
  name: 'Leases',
  properties: {
    KeySchema: [{ AttributeName: 'key', KeyType: 'HASH' }],
    AttributeDefinitions: [{ AttributeName: 'key', AttributeType: 'S' }],
    BillingMode: 'PAY_PER_REQUEST',
  },
};

type Call = (operation: 'putItem' | 'getItem' | 'deleteItem', given: Record<string, Json>) => Promise<Json>;

async function startTable(): Promise<{ dynamoDb: DynamoDb; call: Call }> {
  const dynamoDb = await startDynamoDb({ region, tables: [table] });
  const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
  const client = new DynamoDBClient({ endpoint: dynamoDb.url, region, credentials });
  onTestFinished(async () => {
    client.destroy();
    await dynamoDb.close();
  });
  return {
    dynamoDb,
    call: async (operation, given) => {
      const call = { arguments: { TableName: 'Leases', ...given } } as Partial<TaskCall> as TaskCall;
      const services = { dynamoDb: client } as Partial<Services> as Services;
      const integration = integrationOf(`arn:aws:states:::dynamodb:${operation}`)!;
      return integration.call(services, call, { name: 'test', input: {} });
    },
  };
}

const Key = { key: { S: 'acme' } };
const item = (owner: string) => ({ ...Key, heldBy: { S: owner } });
const ifOwner = (owner: string) => ({
  ConditionExpression: 'heldBy = :owner',
  ExpressionAttributeValues: { ':owner': { S: owner } },
});
const conditionFailed = { error: 'DynamoDB.ConditionalCheckFailedException' };

test('an item is put, read and deleted', async () => {
  const { call } = await startTable();
  expect(await call('getItem', { Key })).toEqual({});
  expect(await call('putItem', { Item: item('me') })).toEqual({});
  expect(await call('getItem', { Key, ConsistentRead: true })).toEqual({ Item: item('me') });
  expect(await call('deleteItem', { Key })).toEqual({});
  expect(await call('getItem', { Key })).toEqual({});
});

test('conditions decide, and are named as on AWS when they don’t hold', async () => {
  const { call } = await startTable();
  const ifNew = { ConditionExpression: 'attribute_not_exists(heldBy)' };
  await call('putItem', { Item: item('me'), ...ifNew });
  await expect(call('putItem', { Item: item('you'), ...ifNew })).rejects.toMatchObject(conditionFailed);
  await expect(call('deleteItem', { Key, ...ifOwner('you') })).rejects.toMatchObject(conditionFailed);
  await call('deleteItem', { Key, ...ifOwner('me') });
  expect(await call('getItem', { Key })).toEqual({});
});

test('a call with bad arguments fails with DynamoDB’s reason', async () => {
  const { call } = await startTable();
  await expect(call('putItem', { Item: { heldBy: { S: 'me' } } })).rejects.toMatchObject({
    error: 'DynamoDB.AmazonDynamoDBException',
    cause: expect.stringMatching(/Missing the key.*Error Code: ValidationException/) as string,
  });
  await expect(call('getItem', { Key, TableName: 'Other' })).rejects.toMatchObject({
    error: 'DynamoDB.ResourceNotFoundException',
  });
});

test('calls fail as ordered, once the SDK has tried for itself', async () => {
  const { dynamoDb, call } = await startTable();
  dynamoDb.failNext('PutItem', { status: 400, code: 'AccessDeniedException' });
  await expect(call('putItem', { Item: item('me') })).rejects.toMatchObject({
    error: 'DynamoDB.AmazonDynamoDBException',
  });
  dynamoDb.failNext('PutItem', { status: 500, code: 'InternalServerError' });
  await call('putItem', { Item: item('me') });
  expect(await call('getItem', { Key })).toEqual({ Item: item('me') });
});

test('a server that is away is no error of DynamoDB’s', async () => {
  const { dynamoDb, call } = await startTable();
  await dynamoDb.close();
  await expect(call('getItem', { Key })).rejects.toMatchObject({ error: 'DynamoDB.SdkClientException' });
});

test.each([
  ['arn:aws:states:::dynamodb:putItem', true],
  ['arn:aws:states:::dynamodb:nothing', false],
  ['toString', false],
])('%s is known: %s', (resource, known) => {
  expect(integrationOf(resource) !== undefined).toBe(known);
});
