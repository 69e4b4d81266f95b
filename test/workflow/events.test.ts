import { expect, test } from 'vitest';
import type { DynamoDbOperation } from '../../local/aws/dynamodb/dynamodb.ts';
import { createWorld, type World } from '../support/workflow.ts';

const lastMonth = { templateId: 42, period: 'previousMonth' };

const ourEvents = (world: World) =>
  world.engine.events.filter(({ source }) => source === 'lucca-report-export');

test('an export that succeeded is announced with its output', async () => {
  const world = await createWorld();
  const result = await world.run(lastMonth);
  expect(ourEvents(world)).toEqual([
    {
      source: 'lucca-report-export',
      'detail-type': 'Report Exported',
      detail: (result as unknown as { output: object }).output,
    },
  ]);
});

test.each([
  ['a bad input', { templateId: 'x' }, 'InvalidRequestError', /templateId: expected/],
  ['an error of Lucca', { ...lastMonth, templateId: 7 }, 'TemplateNotFoundError', /^POST .* answered 404/],
])('an export that failed is announced with its error: %s', async (_, input, error, cause) => {
  const world = await createWorld();
  await world.run(input, { name: 'monthly' });
  expect(ourEvents(world)).toMatchObject([
    {
      'detail-type': 'Export Failed',
      detail: {
        version: 1,
        tenant: 'acme',
        execution: expect.stringMatching(/:monthly$/) as string,
        error,
        cause: expect.stringMatching(cause) as string,
      },
    },
  ]);
});

test.each([
  ['take the lease', { UpdateItem: 'AccessDeniedException' }],
  ['tell who has it', { UpdateItem: 'ConditionalCheckFailedException', GetItem: 'AccessDeniedException' }],
])('an export that failed is announced when DynamoDB doesn’t %s', async (_, faults) => {
  const world = await createWorld();
  for (const [operation, code] of Object.entries(faults)) {
    world.engine.dynamoDb.failNext(operation as DynamoDbOperation, { status: 400, code, times: 10_000 });
  }
  await world.run(lastMonth);
  expect(ourEvents(world)).toMatchObject([
    {
      'detail-type': 'Export Failed',
      detail: {
        error: 'DynamoDB.AmazonDynamoDBException',
        cause: expect.stringContaining('AccessDeniedException') as string,
      },
    },
  ]);
});

test('an export whose input is too large to be handed on is announced as failed', async () => {
  const world = await createWorld();
  await world.run({ templateId: 42, more: 'x'.repeat(262_100) });
  expect(ourEvents(world)).toMatchObject([
    { 'detail-type': 'Export Failed', detail: { error: 'States.DataLimitExceeded' } },
  ]);
});

test('every export of a batch is announced', async () => {
  const world = await createWorld();
  await world.runBatch({ exports: [lastMonth, { ...lastMonth, templateId: 7 }] });
  expect(ourEvents(world).map((event) => event['detail-type'])).toEqual(['Report Exported', 'Export Failed']);
});
