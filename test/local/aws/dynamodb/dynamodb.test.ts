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

type Call = (operation: 'updateItem' | 'getItem', given: Record<string, Json>) => Promise<Json>;

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
const taking = (owner: string) => ({
  Key,
  UpdateExpression: 'SET heldBy = :owner',
  ExpressionAttributeValues: { ':owner': { S: owner } },
});
const conditionFailed = { error: 'DynamoDB.ConditionalCheckFailedException' };

test('an item is made, changed and read', async () => {
  const { call } = await startTable();
  expect(await call('getItem', { Key })).toEqual({});
  expect(await call('updateItem', taking('me'))).toEqual({});
  expect(await call('getItem', { Key, ConsistentRead: true })).toEqual({ Item: item('me') });
  expect(await call('updateItem', { ...taking('you'), ReturnValues: 'ALL_NEW' })).toEqual({
    Attributes: item('you'),
  });
  expect(await call('updateItem', { Key, UpdateExpression: 'REMOVE heldBy' })).toEqual({});
  expect(await call('getItem', { Key })).toEqual({ Item: Key });
});

test('conditions decide, and are named as on AWS when they don’t hold', async () => {
  const { call } = await startTable();
  const ifFree = { ConditionExpression: 'attribute_not_exists(heldBy)' };
  await call('updateItem', { ...taking('me'), ...ifFree });
  await expect(call('updateItem', { ...taking('you'), ...ifFree })).rejects.toMatchObject(conditionFailed);
  expect(await call('getItem', { Key })).toEqual({ Item: item('me') });
});

test('a call with bad arguments fails with DynamoDB’s reason', async () => {
  const { call } = await startTable();
  await expect(call('updateItem', { ...taking('me'), Key: { heldBy: { S: 'me' } } })).rejects.toMatchObject({
    error: 'DynamoDB.AmazonDynamoDBException',
    cause: expect.stringMatching(/Error Code: ValidationException/) as string,
  });
  await expect(call('getItem', { Key, TableName: 'Other' })).rejects.toMatchObject({
    error: 'DynamoDB.ResourceNotFoundException',
  });
});

test('calls fail as ordered, once the SDK has tried for itself', async () => {
  const { dynamoDb, call } = await startTable();
  dynamoDb.failNext('UpdateItem', { status: 400, code: 'AccessDeniedException' });
  await expect(call('updateItem', taking('me'))).rejects.toMatchObject({
    error: 'DynamoDB.AmazonDynamoDBException',
  });
  dynamoDb.failNext('UpdateItem', { status: 500, code: 'InternalServerError' });
  await call('updateItem', taking('me'));
  expect(await call('getItem', { Key })).toEqual({ Item: item('me') });
});

test('a server that is away is no error of DynamoDB’s', async () => {
  const { dynamoDb, call } = await startTable();
  await dynamoDb.close();
  await expect(call('getItem', { Key })).rejects.toMatchObject({ error: 'DynamoDB.SdkClientException' });
});

test.each([
  ['arn:aws:states:::dynamodb:updateItem', true],
  ['arn:aws:states:::dynamodb:nothing', false],
  ['toString', false],
])('%s is known: %s', (resource, known) => {
  expect(integrationOf(resource) !== undefined).toBe(known);
});
