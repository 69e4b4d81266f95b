import { Choice, Condition, Fail, type IChainable, Succeed } from 'aws-cdk-lib/aws-stepfunctions';
import type { Construct } from 'constructs';
import { outputVersion } from '../../../lambdas/shared/contract.ts';
import type { ErrorName } from '../../../lambdas/shared/errors.ts';
import { objectKeyPattern } from '../../../lambdas/shared/object-keys.ts';
import { batchFailed, readableCause } from '../expressions.ts';
import { field, literal } from '../jsonata.ts';
import { serviceUnavailable } from '../retry-policies.ts';
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
  const batchRefused = Fail.jsonata(scope, 'Batch Refused', {
    comment: 'Nothing was exported.',
    error: '{% $states.input.Error %}',
    cause: field(readableCause('$states.input')),
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
  const batchFails = Fail.jsonata(scope, 'Batch Failed', {
    error: 'BatchFailedError' satisfies ErrorName,
    cause: field(batchFailed),
  });

  catchAnything(planBatch.addRetry(serviceUnavailable), batchRefused).next(dryRun);
  dryRun.when(Condition.jsonata('{% $plan.dryRun %}'), batchPlanned).otherwise(items);
  items.next(writeBatchReport);
  // The report is a convenience: what became of the exports is known without it.
  writeBatchReport
    .addCatch(allExported, { outputs: "{% $merge([$states.input, {'report': null}]) %}" })
    .next(allExported);
  allExported
    .when(Condition.jsonata('{% $states.input.failed = 0 %}'), Succeed.jsonata(scope, 'Batch Exported'))
    .otherwise(batchFails);
  return planBatch;
}
