import { Choice, Condition, Fail, type IChainable, Succeed } from 'aws-cdk-lib/aws-stepfunctions';
import type { Construct } from 'constructs';
import { outputVersion } from '../../../lambdas/shared/contract.ts';
import type { ErrorName } from '../../../lambdas/shared/errors.ts';
import { objectKeyPattern } from '../../../lambdas/shared/object-keys.ts';
import { addedToInput, batchFailed, readableCause } from '../expressions.ts';
import { field, literal } from '../jsonata.ts';
import type { AlertTarget } from '../resources.ts';
import { serviceUnavailable } from '../retry-policies.ts';
import { alert } from '../steps/alert.ts';
import { aboutExecution, announce } from '../steps/announce.ts';
import { catchAnything } from '../steps/catch-anything.ts';
import { invoke } from '../steps/invoke.ts';
import { putJson } from '../steps/put-json.ts';
import { exportItems } from './items.ts';
import type { BatchWorkflowProps } from './props.ts';

/** The states of a batch: several exports, one after the other. No failure stops it, and none is hidden. */
export function batchWorkflow(scope: Construct, props: BatchWorkflowProps): IChainable {
  const { resources, tenant, defaultExport } = props;

  const planBatch = invoke(scope, 'Plan Batch', resources, {
    function: 'planBatch',
    comment:
      'Validates the input and lists the exports. Bad input ends the batch here, before anything starts.',
    payload: {
      request: '{% $states.input %}',
      defaultExport: literal(defaultExport),
      executionStartTime: '{% $states.context.Execution.StartTime %}',
      executionName: '{% $states.context.Execution.Name %}',
    },
    assign: { plan: '{% $states.result %}' },
  });
  const dryRun = Choice.jsonata(scope, 'Dry Run?');
  const batchPlanned = Succeed.jsonata(scope, 'Batch Planned', {
    outputs: {
      version: outputVersion,
      tenant: tenant.name,
      dryRun: true,
      simulated: '{% $plan.simulated %}',
      items: '{% [$plan.items.outcome] %}',
    },
  });
  const items = exportItems(scope, props);
  const writeBatchReport = putJson(scope, 'Write Batch Report', {
    comment: 'What became of each export, also where the batch fails.',
    bucket: resources.bucket,
    key: '{% $states.input.report.key %}',
    allowedKeys: objectKeyPattern('batchReport', { tenant: tenant.name }),
    body: '{% $states.input %}',
    output: '{% $states.input %}',
  });
  const allExported = Choice.jsonata(scope, 'All Exported?');
  const failure = batchFailure(scope, tenant.name, resources.alerts);

  catchAnything(planBatch.addRetry(serviceUnavailable), failure, { outputs: unknownOutcome }).next(dryRun);
  dryRun.when(Condition.jsonata('{% $plan.dryRun %}'), batchPlanned).otherwise(items);
  // What became of them is too much to be handed on, say.
  catchAnything(items, failure, { outputs: unknownOutcome }).next(writeBatchReport);
  // The report is a convenience: what became of the exports is known without it.
  writeBatchReport
    .addCatch(allExported, { outputs: "{% $merge([$states.input, {'report': null}]) %}" })
    .next(allExported);
  allExported
    .when(Condition.jsonata('{% $states.input.failed > 0 %}'), failure, {
      outputs: {
        ...outcome,
        error: 'BatchFailedError' satisfies ErrorName,
        cause: field(batchFailed),
      },
    })
    .otherwise(batchSuccess(scope, tenant.name));
  return planBatch;
}

/** Of a batch that was refused, or lost count of its exports. */
const unknownOutcome = {
  error: '{% $states.errorOutput.Error %}',
  cause: field(readableCause('$states.errorOutput')),
  exported: 0,
  failed: 0,
  skipped: 0,
  report: null,
};

/** What became of a batch, but for its items: an event has less room than an output. */
const outcome = {
  exported: '{% $states.input.exported %}',
  failed: '{% $states.input.failed %}',
  skipped: '{% $states.input.skipped %}',
  report: '{% $states.input.report %}',
};

const batchSuccess = (scope: Construct, tenant: string): IChainable =>
  announce(scope, 'Announce Batch', {
    comment: 'Tells EventBridge how many reports were exported, and where to read which.',
    detailType: 'Batch Exported',
    detail: { ...aboutExecution(tenant), ...outcome },
    next: Succeed.jsonata(scope, 'Batch Exported'),
  });

function batchFailure(scope: Construct, tenant: string, alerts: AlertTarget | undefined): IChainable {
  const [error, cause] = ['{% $states.input.error %}', '{% $states.input.cause %}'];
  const alertPeople = alert(scope, 'Alert About Batch', {
    alerts,
    subject: `Lucca batch failed: ${tenant}`,
    what: `A batch of the Lucca tenant ${tenant} failed.`,
    facts: {
      Schedule: addedToInput('schedule'),
      Exported: '$states.input.exported',
      Failed: '$states.input.failed',
    },
    error: '$states.input.error',
    cause: '$states.input.cause',
    next: Fail.jsonata(scope, 'Batch Failed', { error, cause }),
  });
  return announce(scope, 'Announce Batch Failure', {
    comment: 'Tells EventBridge that the batch was refused, or how many of its exports failed.',
    detailType: 'Batch Failed',
    detail: { ...aboutExecution(tenant), ...outcome, error, cause },
    next: alertPeople,
  });
}
