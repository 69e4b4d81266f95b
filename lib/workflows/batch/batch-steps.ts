import { ArnFormat, type CfnElement, Duration, Fn, Stack, Validations } from 'aws-cdk-lib';
import {
  Choice,
  Condition,
  IntegrationPattern,
  Map,
  Pass,
  ProvideItems,
  type StateMachine,
  TaskInput,
  Timeout,
  Wait,
  WaitTime,
} from 'aws-cdk-lib/aws-stepfunctions';
import { CallAwsService, StepFunctionsStartExecution } from 'aws-cdk-lib/aws-stepfunctions-tasks';
import type { Construct } from 'constructs';
import type { ExportInput, Tenant } from '../../../lambdas/shared/contract.ts';
import { outputVersion } from '../export/export-steps.ts';
import { exportedOutcome, failedOutcome } from '../expressions.ts';
import type { ReportExporter } from '../../shared-resources.ts';
import { awsCallFailed, serviceUnavailable, startFailed } from '../retry-policies.ts';
import { invoke, putJson } from '../workflow-steps.ts';

export interface BatchWorkflowProps {
  readonly exporter: ReportExporter;
  readonly tenant: Tenant;
  /** What the inputs of the exports don't say. */
  readonly defaultExport: ExportInput;
  /** Makes the exports, one by one. */
  readonly exportStateMachine: StateMachine;
  /** After which an export was ended. */
  readonly longestExport: Duration;
}

/** The steps of a batch, one by one; `batch-workflow.ts` says how they follow each other. */

export function planBatchStep(scope: Construct, { exporter, tenant, defaultExport }: BatchWorkflowProps) {
  const task = invoke(scope, 'Plan Batch', exporter.planBatch, {
    comment:
      'Validates the input and lists the exports. Bad input ends the batch here, before anything starts.',
    payload: {
      tenant,
      request: '{% $states.input %}',
      defaultExport,
      executionStartTime: '{% $states.context.Execution.StartTime %}',
      executionName: '{% $states.context.Execution.Name %}',
    },
    assign: { plan: '{% $states.result %}' },
  });
  task.addRetry(serviceUnavailable);
  return task;
}

const count = (status: string) => `{% $count($states.result[status = '${status}']) %}`;

/** Gives the batch's output: what became of each export, and how many there are of each kind. */
export function exportItemsStep(scope: Construct, props: BatchWorkflowProps): Map {
  const { exporter, tenant } = props;
  return Map.jsonata(scope, 'Export Items', {
    comment: 'One after the other: Lucca makes one report at a time for an API key.',
    maxConcurrency: 1,
    items: ProvideItems.jsonata('{% $plan.items %}'),
    outputs: {
      version: outputVersion,
      tenant: tenant.name,
      dryRun: false,
      exported: count('exported'),
      failed: count('failed'),
      skipped: count('skipped'),
      items: '{% $states.result %}',
      report: {
        bucket: exporter.bucket.bucketName,
        key: `{% '${tenant.name}/batches/' & $states.context.Execution.Name & '.json' %}`,
        uri: `{% 's3://${exporter.bucket.bucketName}/${tenant.name}/batches/' & $states.context.Execution.Name & '.json' %}`,
      },
    },
  }).itemProcessor(itemWorkflow(scope, props));
}

/** What is done for one export. It can't fail, so the batch goes on. */
function itemWorkflow(scope: Construct, props: BatchWorkflowProps) {
  const itemFailed = Pass.jsonata(scope, 'Item Failed', { outputs: `{% ${failedOutcome} %}` });
  const exportItem = startItem(scope, props);
  const describeItem = describeItemStep(scope, props);
  const itemStatus = Choice.jsonata(scope, 'Item Status?');
  const waitForItem = Wait.jsonata(scope, 'Wait For Item', { time: WaitTime.duration(Duration.minutes(1)) });

  exportItem.addCatch(describeItem, {
    outputs: "{% $merge([$states.input, {'failure': $states.errorOutput}]) %}",
  });
  describeItem.addCatch(itemFailed, { outputs: '{% $states.input %}' }).next(itemStatus);
  itemStatus
    .when(
      Condition.jsonata("{% $states.input.execution.Status = 'SUCCEEDED' %}"),
      Pass.jsonata(scope, 'Item Exported', {
        outputs: `{% ${exportedOutcome('$parse($states.input.execution.Output)')} %}`,
      }),
    )
    .when(
      Condition.jsonata("{% $states.input.execution.Status = 'RUNNING' %}"),
      waitForItem.next(describeItem),
    )
    .otherwise(itemFailed);
  return Choice.jsonata(scope, 'Already Exported?', {
    comment: 'With skipExisting: is there a manifest of the same template and dates?',
  })
    .when(
      Condition.jsonata("{% $states.input.outcome.status = 'skipped' %}"),
      Pass.jsonata(scope, 'Item Skipped', { outputs: '{% $states.input.outcome %}' }),
    )
    .otherwise(exportItem);
}

function startItem(scope: Construct, { exportStateMachine, longestExport }: BatchWorkflowProps) {
  const task = StepFunctionsStartExecution.jsonata(scope, 'Export Item', {
    comment: 'Runs one export to its end, under a name that is the same if this is tried again.',
    stateMachine: exportStateMachine,
    integrationPattern: IntegrationPattern.RUN_JOB,
    name: '{% $states.input.name %}',
    input: TaskInput.fromText(
      '{% $merge([$states.input.request, ' +
        "$states.input.template = null ? {} : {'template': $plan.templates[$states.input.template]}, " +
        "{'AWS_STEP_FUNCTIONS_STARTED_BY_EXECUTION_ID': $states.context.Execution.Id}]) %}",
    ),
    outputs: `{% ${exportedOutcome('$states.result.Output')} %}`,
    taskTimeout: Timeout.duration(longestExport.plus(Duration.hours(1))),
  });
  task.addRetry(startFailed);
  const logicalId = Stack.of(scope).getLogicalId(exportStateMachine.node.defaultChild as CfnElement);
  const name = `{"Fn::Select":[6,{"Fn::Split":[":",{"Ref":"${logicalId}"}]}]}`;
  Validations.of(scope).acknowledge({
    id: `AwsSolutions-IAM5[Resource::arn:<AWS::Partition>:states:<AWS::Region>:<AWS::AccountId>:execution:${name}*]`,
    reason: 'All executions of one state machine.',
  });
  return task;
}

/** How an export stands whose result didn't arrive as one: its cause is whole here, and it may even have succeeded. */
function describeItemStep(scope: Construct, { exportStateMachine }: BatchWorkflowProps) {
  const { stateMachineArn } = exportStateMachine;
  const task = CallAwsService.jsonata(scope, 'Describe Item', {
    comment: 'What became of an export whose result was not a success, or was lost.',
    service: 'sfn',
    action: 'describeExecution',
    parameters: {
      ExecutionArn: `{% $replace('${stateMachineArn}', ':stateMachine:', ':execution:') & ':' & $states.input.name %}`,
    },
    iamAction: 'states:DescribeExecution',
    iamResources: [executionsOf(exportStateMachine)],
    outputs: "{% $merge([$states.input, {'execution': $states.result}]) %}",
    taskTimeout: Timeout.duration(Duration.minutes(1)),
  });
  task.addRetry(awsCallFailed);
  return task;
}

/** The executions of a state machine: the same permission as comes with starting them and waiting for their end. */
function executionsOf(stateMachine: StateMachine): string {
  const name = Fn.select(6, Fn.split(':', stateMachine.stateMachineArn));
  return Stack.of(stateMachine).formatArn({
    service: 'states',
    resource: 'execution',
    resourceName: `${name}*`,
    arnFormat: ArnFormat.COLON_RESOURCE_NAME,
  });
}

export const writeBatchReportStep = (scope: Construct, { exporter, tenant }: BatchWorkflowProps) =>
  putJson(scope, 'Write Batch Report', {
    comment: 'What became of each export, also where the batch fails.',
    bucket: exporter.bucket,
    key: '{% $states.input.report.key %}',
    allowedKeys: `${tenant.name}/batches/*`,
    body: '{% $states.input %}',
    output: '{% $states.input %}',
  });
