import { describe, expect, test } from 'vitest';
import * as expressions from '../../../lib/workflows/expressions.ts';
import { field, jsonata } from '../../../lib/workflows/jsonata.ts';
import { pollSeconds } from '../../../lib/workflows/run-times.ts';
import type { Json } from '../../../local/states-language/index.ts';
import { evaluate, type Seen } from '../../support/evaluate.ts';

const startTime = '2026-11-02T05:00:00.000Z';

/** What each expression gives, by its name: a new one without an example fails below. */
const examples: Record<string, [expression: string, seen: Seen, expected: Json][]> = {
  readableCause: [
    [
      expressions.readableCause('$states.errorOutput'),
      { errorOutput: { Error: 'E', Cause: '{"errorType":"E","errorMessage":"the reason","trace":[]}' } },
      'the reason',
    ],
    [
      expressions.readableCause('$states.errorOutput'),
      { errorOutput: { Error: 'E', Cause: 'as it is' } },
      'as it is',
    ],
    [
      expressions.readableCause('$states.input'),
      { input: { Error: 'States.Timeout', Cause: '' } },
      'A step took longer than it may: see the events of this execution.',
    ],
  ],
  secondsToWait: [
    [expressions.secondsToWait, { errorOutput: limited('retry after 137 s.') }, 137],
    [expressions.secondsToWait, { errorOutput: limited('retry after 0 s.') }, pollSeconds],
  ],
  secondsUntilCheck: [
    [expressions.secondsUntilCheck(10), { input: {} }, 10],
    [expressions.secondsUntilCheck(10), { input: { waitSeconds: 42 } }, 42],
  ],
  secondsBetween: [
    [
      expressions.secondsBetween('$from', '$to'),
      {
        variables: { from: '2026-11-02T05:00:00.000Z', to: '2026-11-02T06:00:10.400Z' },
      },
      3610,
    ],
  ],
  redrivenSinceRenewal: [
    [expressions.redrivenSinceRenewal, { variables: { redriveCount: 0 } }, false],
    [expressions.redrivenSinceRenewal, { variables: { redriveCount: 1 } }, true],
  ],
  generationFailed: [
    [
      expressions.generationFailed,
      { variables: { failedReportIds: [1001], reportId: 1002 } },
      'Lucca ended the generation of report 1001 and of report 1002 with the status error. Contact the support of ' +
        'Lucca with these report ids.',
    ],
  ],
  reportUnheardOf: [
    [
      expressions.reportUnheardOf,
      {
        errorOutput: { Error: 'Lambda.Unknown', Cause: 'the reason' },
        variables: { reportId: 7, reportDeadline: '2026-11-02T09:00:00.000Z' },
      },
      'Report 7 was to be done by the deadline 2026-11-02T09:00:00.000Z, but the reason (Lambda.Unknown). A new report ' +
        'would start over: look at what is said here, then start the export again.',
    ],
  ],
  isBefore: [
    [
      expressions.isBefore('$a', '$b'),
      { variables: { a: '2026-11-02T05:00:00Z', b: '2026-11-02T05:00:00.001Z' } },
      true,
    ],
    [
      expressions.isBefore('$a', '$b'),
      { variables: { a: '2026-11-02T05:00:00Z', b: '2026-11-02T05:00:00.000Z' } },
      false,
    ],
  ],
  reportVanished: [
    [
      expressions.reportVanished,
      {
        errorOutput: { Error: 'ReportNotFoundError', Cause: 'It answered 404.' },
        variables: { vanishedReportIds: [7, 8], reportId: 9 },
      },
      'It answered 404. Reports of this export that vanished: 7, 8, 9.',
    ],
  ],
  leaseLost: [
    [
      expressions.leaseLost,
      {},
      'While this execution was stopped, another export with the same API key has begun or is next, and creating a report now ' +
        'would delete its report. Start this export again.',
    ],
  ],
  afterNow: [[expressions.afterNow(3_600), {}, '2026-11-02T06:00:00.000Z']],
  secondsOfPause: [
    [expressions.secondsOfPause('1'), { random: () => 0 }, 30],
    [expressions.secondsOfPause('3'), { random: () => 0.999 }, 239],
  ],
  hasEnded: [
    [expressions.hasEnded('$states.input', 180), { input: { status: 'RUNNING' } }, false],
    [
      expressions.hasEnded('$states.input', 180),
      { input: { status: 'RUNNING', stopDate: '2026-11-02T04:00:00.000Z' } },
      false,
    ],
    [
      expressions.hasEnded('$states.input', 180),
      { input: { status: 'ABORTED', stopDate: '2026-11-02T04:56:58.000Z' } },
      true,
    ],
    [
      expressions.hasEnded('$states.input', 180),
      { input: { status: 'FAILED', stopDate: '2026-11-02T04:57:00.000Z' } },
      false,
    ],
  ],
  endOfExecution: [
    [
      expressions.endOfExecution,
      { input: { a: 1 }, result: { Status: 'RUNNING' } },
      { a: 1, status: 'RUNNING' },
    ],
    [
      expressions.endOfExecution,
      { input: {}, result: { Status: 'ABORTED', StopDate: '2026-11-02T05:00:00.000Z' } },
      { status: 'ABORTED', stopDate: '2026-11-02T05:00:00.000Z', endedAt: 1793595601000 },
    ],
  ],
  leaseHolder: [
    [expressions.leaseHolder, { result: {} }, {}],
    [
      expressions.leaseHolder,
      { result: { Item: { executionArn: { S: 'arn:it' }, acquiredAt: { N: '1793595600000' } } } },
      { executionArn: 'arn:it', acquiredAt: '2026-11-02T05:00:00.000Z' },
    ],
  ],
  leaseUnavailable: [
    [
      expressions.leaseUnavailable,
      { input: { executionArn: 'arn:it', acquiredAt: '2026-11-02T05:00:00.000Z' } },
      'Another export uses the same API key, and this one has waited for it as long as it may. arn:it has had the ' +
        'lease since 2026-11-02T05:00:00.000Z: look at that execution, and stop it if it hangs. Then start this ' +
        'export again.',
    ],
    [
      expressions.leaseUnavailable,
      { input: {} },
      'Another export uses the same API key, and this one has waited for it as long as it may. The lease has become ' +
        'free since: start this export again.',
    ],
  ],
  itemInput: [
    [
      expressions.itemInput,
      {
        input: { name: 'b-001', request: { templateId: 42, formats: ['csv'] } },
      },
      {
        templateId: 42,
        formats: ['csv'],
        AWS_STEP_FUNCTIONS_STARTED_BY_EXECUTION_ID:
          'arn:aws:states:us-east-1:000000000000:execution:local:name',
        batch: 'name',
      },
    ],
    [
      expressions.itemInput,
      { input: { schedule: 'monthly', request: {} } },
      {
        AWS_STEP_FUNCTIONS_STARTED_BY_EXECUTION_ID:
          'arn:aws:states:us-east-1:000000000000:execution:local:name',
        batch: 'name',
        schedule: 'monthly',
      },
    ],
  ],
  addedToInput: [
    [expressions.addedToInput('schedule'), { input: { schedule: 'monthly' } }, 'monthly'],
    [expressions.addedToInput('schedule'), { input: { schedule: ['monthly'] } }, null],
    [expressions.addedToInput('batch'), { input: {} }, null],
    [expressions.addedToInput('batch'), { input: 'text' }, null],
  ],
  periodText: [
    [
      expressions.periodText,
      { variables: { request: { startsOn: '2026-10-01', endsOn: '2026-10-31' } } },
      '2026-10-01 to 2026-10-31',
    ],
    [expressions.periodText, { variables: { request: { startsOn: null, endsOn: null } } }, null],
  ],
  alertText: [
    [
      expressions.alertText({
        what: 'It failed.',
        facts: { Template: '$states.input.templateId', Period: '$states.input.period' },
        error: '$states.input.error',
        cause: '$states.input.cause',
        runbook: 'docs/runbook.md',
      }),
      {
        input: {
          templateId: 42,
          period: null,
          error: 'TemplateNotFoundError',
          cause: 'POST …\nanswered 404',
        },
      },
      'It failed.\n\nTemplate: 42\nError: TemplateNotFoundError\n\nPOST …\nanswered 404\n\n' +
        'Look at it: https://us-east-1.console.aws.amazon.com/states/home?region=us-east-1#/v2/executions/details/' +
        'arn:aws:states:us-east-1:000000000000:execution:local:name\n' +
        'What to do: docs/runbook.md#templatenotfounderror\n',
    ],
    [
      expressions.alertText({
        what: 'It failed.',
        facts: {},
        error: '$states.input.error',
        cause: '$states.input.cause',
        runbook: 'https://acme.example/runbook.md',
      }),
      { input: { error: 'States.Timeout', cause: '' } },
      expect.stringMatching(
        /^It failed\.\n\nError: States\.Timeout\n[\s\S]*https:\/\/acme\.example\/runbook\.md#errors-of-aws\n$/,
      ) as string,
    ],
  ],
  executionUrl: [
    [
      expressions.executionUrl,
      { name: 'monthly' },
      'https://us-east-1.console.aws.amazon.com/states/home?region=us-east-1#/v2/executions/details/' +
        'arn:aws:states:us-east-1:000000000000:execution:local:monthly',
    ],
  ],
  itemExecutionArn: [
    [
      expressions.itemExecutionArn('arn:aws:states:eu-west-3:1:stateMachine:Export'),
      { input: { name: 'nightly-001' } },
      'arn:aws:states:eu-west-3:1:execution:Export:nightly-001',
    ],
  ],
  exportedOutcome: [
    [
      expressions.exportedOutcome('$states.result.Output'),
      {
        input: { name: 'b-001', outcome: { startsOn: '2026-01-01', status: 'planned', templateId: null } },
        result: {
          Output: {
            templateId: 43,
            reportId: 1001,
            manifest: { key: 'k' },
            exportedAt: startTime,
            files: [],
          },
        },
      },
      {
        startsOn: '2026-01-01',
        status: 'exported',
        templateId: 43,
        reportId: 1001,
        manifest: { key: 'k' },
        exportedAt: startTime,
        execution: 'b-001',
      },
    ],
  ],
  failedOutcome: [
    [
      expressions.failedOutcome,
      failedItem({ execution: { Status: 'FAILED', Error: 'LuccaRejectedError', Cause: 'x'.repeat(400) } }),
      {
        startsOn: null,
        status: 'failed',
        execution: 'b-002',
        error: 'LuccaRejectedError',
        cause: 'x'.repeat(200),
      },
    ],
    [
      expressions.failedOutcome,
      failedItem({ execution: { Status: 'ABORTED' } }),
      {
        startsOn: null,
        status: 'failed',
        execution: 'b-002',
        error: 'ABORTED',
        cause: 'The execution ended as ABORTED.',
      },
    ],
    [
      expressions.failedOutcome,
      failedItem({}),
      { startsOn: null, status: 'failed', execution: 'b-002', error: 'States.TaskFailed', cause: 'lost' },
    ],
  ],
  countOutcomes: [
    [expressions.countOutcomes('failed'), { result: [{ status: 'failed' }, { status: 'exported' }] }, 1],
    [expressions.countOutcomes('skipped'), { result: [{ status: 'exported' }] }, 0],
  ],
  batchFailed: [
    [
      expressions.batchFailed,
      {
        input: {
          failed: 1,
          items: [
            { status: 'failed', startsOn: null, templateId: 42, error: 'E', cause: 'because' },
            { status: 'exported', startsOn: '2026-01-01', endsOn: '2026-01-31' },
          ],
          report: null,
        },
      },
      '1 of 2 exports failed:\n- The period of template 42: E: because',
    ],
    [
      expressions.batchFailed,
      {
        input: {
          failed: 12,
          items: Array.from({ length: 12 }, (_, n) => ({
            status: 'failed',
            startsOn: `2026-${String(n + 1).padStart(2, '0')}-01`,
            endsOn: '…',
            error: 'E',
            cause: 'c',
          })),
          report: { uri: 's3://reports/acme/batches/b.json' },
        },
      },
      [
        '12 of 12 exports failed:',
        ...Array.from({ length: 10 }, (_, n) => `- 2026-${String(n + 1).padStart(2, '0')}-01 to …: E: c`),
        '- and 2 more',
        'All of them are listed in s3://reports/acme/batches/b.json',
      ].join('\n'),
    ],
  ],
  occurrenceName: [
    [
      expressions.occurrenceName,
      { input: { schedule: 'monthly', scheduledTime: '2026-11-02T06:00:00Z' } },
      'monthly-2026-11-02T06-00-00Z',
    ],
  ],
  occurrenceInput: [
    [
      expressions.occurrenceInput,
      { input: { schedule: 'monthly', scheduledTime: '2026-11-02T06:00:00Z', input: { templateId: 42 } } },
      '{"scheduledTime":"2026-11-02T06:00:00Z","templateId":42,"schedule":"monthly"}',
    ],
  ],
};

function limited(reason: string) {
  return { Error: 'RateLimitedError', Cause: JSON.stringify({ errorMessage: `It answered 429, ${reason}` }) };
}

function failedItem(found: Record<string, Json>): Seen {
  const failure = { Error: 'States.TaskFailed', Cause: 'lost' };
  return { input: { name: 'b-002', outcome: { startsOn: null, status: 'planned' }, failure, ...found } };
}

test('every expression has an example', () => {
  expect(Object.keys(examples).toSorted()).toEqual(Object.keys(expressions).toSorted());
});

describe.each(Object.entries(examples))('%s', (_, cases) => {
  test.each(cases)('%s', async (expression, seen, expected) => {
    expect(await evaluate(expression, seen)).toEqual(expected);
  });
});

describe('JSONata over several lines', () => {
  test('is folded into one, which means the same', () => {
    const folded = jsonata`
      (
        $a := 1;
        $a + ${1}
      )`;
    expect(folded).toBe('( $a := 1; $a + 1 )');
  });

  test('keeps its own backslashes', async () => {
    expect(jsonata`'a\nb' & '\\'`).toBe(String.raw`'a\nb' & '\\'`);
    expect(await evaluate(jsonata`'a\nb'`, {})).toBe('a\nb');
  });

  test('is put between {% and %} as the value of a field', () => {
    expect(field('$a')).toBe('{% $a %}');
  });
});
