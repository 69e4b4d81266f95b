import type { StateAttempt } from '../../../local/states-language/index.ts';

type Example = Partial<Pick<StateAttempt, 'input' | 'variables' | 'result'>>;

const exporter = 'arn:aws:states:eu-west-3:000000000000:stateMachine:LuccaReportExport-acme-Export';
const holder = `${exporter.replace(':stateMachine:', ':execution:')}:holder`;

/** What SNS and SQS answer, and EventBridge. */
const published = { MessageId: '7b5a2a63-9a1e-4d0c-8f1e-0d5f4c1b2a30' };
const announced = { Entries: [{ EventId: '7b5a2a63-9a1e-4d0c-8f1e-0d5f4c1b2a30' }], FailedEntryCount: 0 };

/**
 * What it takes to go where hardly any simulated run goes: another input, other values of variables or another result
 * of the work, by state machine and state.
 */
export const examples: Record<string, Record<string, Example[]>> = {
  Export: {
    'Wait Longer?': [
      { variables: { turnAfter: '1992-03-02T06:00:00.000Z', leaseDeadline: '2992-03-02T06:00:00.000Z' } },
    ],
    'Find Lease Holder': [
      { result: { Item: { executionArn: { S: holder }, acquiredAt: { N: '1772431200000' } } } },
      { result: {} },
    ],
    'Reserve Turn': [
      { result: { Attributes: { executionArn: { S: holder }, acquiredAt: { N: '1772431200000' } } } },
    ],
    'Describe Holder': [
      {
        input: { executionArn: holder, acquiredAt: '1772431200000' },
        result: {
          ExecutionArn: holder,
          StateMachineArn: exporter,
          Name: 'holder',
          Status: 'RUNNING',
          StartDate: '2026-03-02T06:00:00.000Z',
        },
      },
    ],
    'Holder Ended?': [
      {
        input: {
          executionArn: holder,
          acquiredAt: '699514000000',
          status: 'ABORTED',
          stopDate: '1992-03-02T06:00:00.000Z',
          endedAt: 699516001000,
        },
      },
    ],
    'Free Lease': [{ result: {} }],
    'Report Status?': [
      { input: { status: 'error' }, variables: { reportId: 7, failedReportIds: [], problem: null } },
    ],
    'Recreate?': [
      { variables: { failedReportIds: [7], problem: { error: 'ReportGenerationFailedError' } } },
      { variables: { failedReportIds: [7, 8], problem: { error: 'ReportGenerationFailedError' } } },
    ],
    'Exported?': [
      {
        variables: { exported: false },
        input: { Error: 'TemplateNotFoundError', Cause: 'made for this test' },
      },
    ],
    'Part Of Batch?': [{ variables: { batch: 'nightly' } }],
    'Template Is New?': [{ input: { templateId: 42, remembered: true } }],
    'Template Lost?': [
      { variables: { request: { template: { name: 'Payroll' } }, lostTemplateId: null } },
      { variables: { request: { template: { name: 'Payroll' } }, lostTemplateId: 42 } },
    ],
  },
  Batch: {
    'All Exported?': [
      {
        input: {
          exported: 0,
          failed: 1,
          skipped: 0,
          items: [
            {
              status: 'failed',
              templateId: 42,
              startsOn: '2026-01-01',
              endsOn: '2026-01-31',
              error: 'LuccaRejectedError',
              cause: 'made for this test',
            },
          ],
          report: { uri: 's3://lucca-reports/acme/batches/made.json' },
        },
      },
    ],
    'Announce Batch Failure': [{ result: announced }],
    'Alert About Batch': [{ result: published }],
    'Already Exported?': [{ input: { outcome: { status: 'skipped', templateId: 42 } } }],
    'Dry Run?': [
      { variables: { plan: { dryRun: true, simulated: true, items: [{ outcome: { status: 'PLANNED' } }] } } },
    ],
    'Describe Item': [
      {
        input: { name: 'item' },
        result: {
          ExecutionArn: holder,
          StateMachineArn: exporter,
          Name: 'item',
          Status: 'SUCCEEDED',
          StartDate: '2026-03-02T06:00:00.000Z',
          Output: '{}',
        },
      },
    ],
    'Item Status?': ['SUCCEEDED', 'RUNNING', 'FAILED'].map((Status) => ({
      input: { name: 'item', execution: { Status } },
    })),
  },
  Release: {
    'Release Lease': [{ result: {} }],
  },
  Start: {
    'Start Once': [{ result: { ExecutionArn: holder, StartDate: '2026-03-02T06:00:00.000Z' } }],
    'Keep Occurrence': [{ result: published }],
    'Alert About Occurrence': [{ result: published }],
  },
};
