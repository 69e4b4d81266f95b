import { Choice, Condition, Fail, type IChainable, Succeed } from 'aws-cdk-lib/aws-stepfunctions';
import type { Construct } from 'constructs';
import type { ErrorName } from '../../../lambdas/shared/errors.ts';
import {
  type BatchWorkflowProps,
  exportItemsStep,
  planBatchStep,
  writeBatchReportStep,
} from './batch-steps.ts';
import { outputVersion } from '../export/export-steps.ts';
import { batchFailed, readableCause } from '../expressions.ts';

/** The states of a batch: several exports, one after the other. No failure stops it, and none is hidden. */
export function batchWorkflow(scope: Construct, props: BatchWorkflowProps): IChainable {
  const batchRefused = Fail.jsonata(scope, 'Batch Refused', {
    comment: 'Nothing was exported.',
    error: '{% $states.input.Error %}',
    cause: `{% ${readableCause('$states.input')} %}`,
  });
  const dryRun = Choice.jsonata(scope, 'Dry Run?');
  const allExported = Choice.jsonata(scope, 'All Exported?');
  const writeReport = writeBatchReportStep(scope, props);
  // The report is a convenience: what became of the exports is known without it.
  writeReport.addCatch(allExported, { outputs: "{% $merge([$states.input, {'report': null}]) %}" });

  dryRun
    .when(
      Condition.jsonata('{% $plan.dryRun %}'),
      Succeed.jsonata(scope, 'Batch Planned', {
        outputs: {
          version: outputVersion,
          tenant: props.tenant.name,
          dryRun: true,
          items: '{% [$plan.items.outcome] %}',
        },
      }),
    )
    .otherwise(exportItemsStep(scope, props).next(writeReport).next(allExported));
  allExported
    .when(Condition.jsonata('{% $states.input.failed = 0 %}'), Succeed.jsonata(scope, 'Batch Exported'))
    .otherwise(
      Fail.jsonata(scope, 'Batch Failed', {
        error: 'BatchFailedError' satisfies ErrorName,
        cause: `{% ${batchFailed} %}`,
      }),
    );
  return planBatchStep(scope, props).addCatch(batchRefused).next(dryRun);
}
