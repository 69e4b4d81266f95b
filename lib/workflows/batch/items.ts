import { Duration } from 'aws-cdk-lib';
import {
  Choice,
  Condition,
  IntegrationPattern,
  Map,
  Pass,
  ProvideItems,
  TaskInput,
  Timeout,
  Wait,
  WaitTime,
} from 'aws-cdk-lib/aws-stepfunctions';
import { StepFunctionsStartExecution } from 'aws-cdk-lib/aws-stepfunctions-tasks';
import type { Construct } from 'constructs';
import { outputVersion } from '../../../lambdas/shared/contract.ts';
import { objectKeyExpression, objectLocationExpression } from '../../../lambdas/shared/object-keys.ts';
import {
  countOutcomes,
  exportedOutcome,
  failedOutcome,
  itemExecutionArn,
  itemInput,
} from '../expressions.ts';
import { field } from '../jsonata.ts';
import { awsCallFailed, startFailed } from '../retry-policies.ts';
import { acknowledgeExecutionsOf, executionsOf } from '../executions.ts';
import { catchAnything } from '../steps/catch-anything.ts';
import { describeExecution } from '../steps/describe-execution.ts';
import type { BatchWorkflowProps } from './props.ts';

/** Makes the exports of a batch. Its output is the batch's: what became of each, and how many there are of each kind. */
export function exportItems(scope: Construct, props: BatchWorkflowProps): Map {
  const { resources, tenant } = props;
  const reportKey = objectKeyExpression('batchReport', {
    tenant: `'${tenant.name}'`,
    execution: '$states.context.Execution.Name',
  });
  return Map.jsonata(scope, 'Export Items', {
    comment: 'One after the other: Lucca makes one report at a time for an API key.',
    maxConcurrency: 1,
    items: ProvideItems.jsonata('{% $plan.items %}'),
    outputs: {
      version: outputVersion,
      tenant: tenant.name,
      dryRun: false,
      simulated: '{% $plan.simulated %}',
      exported: field(countOutcomes('exported')),
      failed: field(countOutcomes('failed')),
      skipped: field(countOutcomes('skipped')),
      items: '{% $states.result %}',
      report: objectLocationExpression(resources.bucket.bucketName, reportKey),
    },
  }).itemProcessor(itemStates(scope, props));
}

/** What is done for one export. It can't fail, so the batch goes on. */
function itemStates(scope: Construct, props: BatchWorkflowProps) {
  const alreadyExported = Choice.jsonata(scope, 'Already Exported?', {
    comment: 'With skipExisting: is there a manifest of the same template and dates?',
  });
  const itemSkipped = Pass.jsonata(scope, 'Item Skipped', { outputs: '{% $states.input.outcome %}' });
  const exportItem = exportItemStep(scope, props);
  const describeItem = describeItemStep(scope, props);
  const itemStatus = Choice.jsonata(scope, 'Item Status?');
  const itemExported = Pass.jsonata(scope, 'Item Exported', {
    outputs: field(exportedOutcome('$parse($states.input.execution.Output)')),
  });
  const itemFailed = Pass.jsonata(scope, 'Item Failed', { outputs: field(failedOutcome) });
  const waitForItem = Wait.jsonata(scope, 'Wait For Item', { time: WaitTime.duration(Duration.minutes(1)) });

  alreadyExported
    .when(Condition.jsonata("{% $states.input.outcome.status = 'skipped' %}"), itemSkipped)
    .otherwise(exportItem);
  catchAnything(exportItem, describeItem, {
    outputs: "{% $merge([$states.input, {'failure': $states.errorOutput}]) %}",
  });
  catchAnything(describeItem, itemFailed, { outputs: '{% $states.input %}' }).next(itemStatus);
  itemStatus
    .when(Condition.jsonata("{% $states.input.execution.Status = 'SUCCEEDED' %}"), itemExported)
    .when(Condition.jsonata("{% $states.input.execution.Status = 'RUNNING' %}"), waitForItem)
    .otherwise(itemFailed);
  waitForItem.next(describeItem);
  return alreadyExported;
}

function exportItemStep(scope: Construct, { exportStateMachine, longestExport }: BatchWorkflowProps) {
  const task = StepFunctionsStartExecution.jsonata(scope, 'Export Item', {
    comment: 'Runs one export to its end, under a name that is the same if this is tried again.',
    stateMachine: exportStateMachine,
    integrationPattern: IntegrationPattern.RUN_JOB,
    name: '{% $states.input.name %}',
    input: TaskInput.fromText(field(itemInput)),
    outputs: field(exportedOutcome('$states.result.Output')),
    taskTimeout: Timeout.duration(Duration.seconds(longestExport).plus(Duration.hours(1))),
  });
  task.addRetry(startFailed);
  acknowledgeExecutionsOf(scope, exportStateMachine);
  return task;
}

/** How an export stands whose result didn't arrive as one: its cause is whole here, and it may even have succeeded. */
function describeItemStep(scope: Construct, { exportStateMachine }: BatchWorkflowProps) {
  return describeExecution(scope, 'Describe Item', {
    comment: 'What became of an export whose result was not a success, or was lost.',
    executionArn: field(itemExecutionArn(exportStateMachine.stateMachineArn)),
    executions: executionsOf(exportStateMachine),
    outputs: "{% $merge([$states.input, {'execution': $states.result}]) %}",
    retries: [awsCallFailed],
  });
}
