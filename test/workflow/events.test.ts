import { expect, test } from 'vitest';
import type { DynamoDbOperation } from '../../local/aws/dynamodb/dynamodb.ts';
import type { AroundTask } from '../../local/aws/step-functions/step-functions.ts';
import { type Json, TaskFailure } from '../../local/states-language/index.ts';
import { createWorld, type World } from '../support/workflow.ts';

const now = '2026-11-02T05:00:00.000Z';
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
        executionUrl: expect.stringMatching(/^https:\/\/eu-west-3\.console\..*:monthly$/) as string,
        schedule: null,
        batch: null,
        ...(error === 'InvalidRequestError'
          ? { templateId: null, startsOn: null, endsOn: null, scheduledTime: null }
          : { templateId: 7, startsOn: '2026-10-01', endsOn: '2026-10-31', scheduledTime: now }),
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

const ofBatch = (name: string) => ({
  version: 1,
  execution: expect.stringMatching(`-Batch:${name}$`) as string,
  executionUrl: expect.stringMatching(`^https://eu-west-3\\.console\\..*-Batch:${name}$`) as string,
  tenant: 'acme',
  schedule: null,
  batch: null,
  skipped: 0,
});
const reportOf = (name: string) => ({
  bucket: 'lucca-reports',
  key: `acme/batches/${name}.json`,
  uri: `s3://lucca-reports/acme/batches/${name}.json`,
});

test('every export of a batch is announced, and so is the batch', async () => {
  const world = await createWorld();
  await world.runBatch({ exports: [lastMonth, { ...lastMonth, templateId: 7 }] }, { name: 'two' });
  await world.runBatch({ exports: [lastMonth] }, { name: 'one' });
  expect(ourEvents(world)).toMatchObject([
    { 'detail-type': 'Report Exported', detail: { batch: 'two', templateId: 42 } },
    { 'detail-type': 'Export Failed', detail: { batch: 'two', templateId: 7 } },
    {
      'detail-type': 'Batch Failed',
      detail: {
        ...ofBatch('two'),
        exported: 1,
        failed: 1,
        report: reportOf('two'),
        error: 'BatchFailedError',
        cause: expect.stringMatching(/^1 of 2 exports failed:/) as string,
      },
    },
    { 'detail-type': 'Report Exported', detail: { batch: 'one' } },
    {
      'detail-type': 'Batch Exported',
      detail: { ...ofBatch('one'), exported: 1, failed: 0, report: reportOf('one') },
    },
  ]);
});

test('a batch that is refused is announced as failed', async () => {
  const world = await createWorld();
  await world.runBatch({ exports: [] }, { name: 'none' });
  expect(ourEvents(world)).toMatchObject([
    {
      'detail-type': 'Batch Failed',
      detail: {
        ...ofBatch('none'),
        exported: 0,
        failed: 0,
        report: null,
        error: 'InvalidRequestError',
        cause: expect.stringMatching(/exports: expected at least 1 entry/) as string,
      },
    },
  ]);
});

const failingEvents: AroundTask = async (task, { resource }) => {
  if (resource.endsWith(':events:putEvents')) throw new TaskFailure('EventBridge.FailedEntry', 'refused');
  return task();
};

test.each([
  ['an export', 'run', lastMonth, { status: 'SUCCEEDED' }],
  ['one that failed', 'run', { ...lastMonth, templateId: 7 }, { error: 'TemplateNotFoundError' }],
  ['a batch', 'runBatch', { exports: [lastMonth] }, { status: 'SUCCEEDED' }],
  [
    'one that failed',
    'runBatch',
    { exports: [{ ...lastMonth, templateId: 7 }] },
    { error: 'BatchFailedError' },
  ],
] as const)('%s ends as it would have, when nobody can be told: %s', async (_, run, input, end) => {
  const world = await createWorld({ around: failingEvents });
  expect(await world[run](input as Json)).toMatchObject(end);
});
