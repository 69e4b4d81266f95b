import { Choice, Condition, Fail, type IChainable, Parallel, Succeed } from 'aws-cdk-lib/aws-stepfunctions';
import type { Construct } from 'constructs';
import type { ErrorName } from '../lambdas/shared/errors.ts';
import { type ExportWorkflowProps, resolveRequestStep } from './export-steps.ts';
import { leaseUnavailable, readableCause } from './expressions.ts';
import { type Lease, readLease, releaseLease, takeLease } from './lease-steps.ts';
import { reportWorkflow } from './report-workflow.ts';
import { awsCallFailed, heldByAnother, leaseHeld } from './retry-policies.ts';

/**
 * The states of an export. What several states need is in variables: `$tenant` and `$request`, `$exported` once the
 * lease is there, and those of the Parallel's branch.
 */
export function exportWorkflow(scope: Construct, props: ExportWorkflowProps): IChainable {
  const { exporter, tenant, times } = props;
  const lease: Lease = {
    table: exporter.leases.table,
    apiKeySecretArn: tenant.apiKeySecretArn,
    executionArn: '{% $states.context.Execution.Id %}',
  };
  const exportFailed = Fail.jsonata(scope, 'Export Failed', {
    comment: 'Shows the name and the cause of the error that ended the export.',
    error: '{% $states.input.Error %}',
    cause: `{% ${readableCause('$states.input')} %}`,
  });
  const acquireLease = takeLease(scope, 'Acquire Lease', lease, {
    comment: 'One export per API key at a time: Lucca deletes a report as soon as another is generated.',
    expiry: times.leaseExpiry,
    assign: { exported: false },
  });
  const exportUnderLease = Parallel.jsonata(scope, 'Export Under Lease', {
    comment: 'One branch only: it is here so that one Catch sees whatever fails inside.',
    outputs: '{% $states.result[0] %}',
    assign: { exported: true },
  });
  const release = releaseLease(scope, lease);
  const exported = Choice.jsonata(scope, 'Exported?');

  acquireLease
    .addRetry(leaseHeld(times.leaseWait))
    .addRetry(awsCallFailed)
    .addCatch(leaseUnavailableSteps(scope, lease, exportFailed), { errors: heldByAnother.errors })
    .addCatch(exportFailed);
  exportUnderLease.branch(reportWorkflow(scope, { ...props, lease })).addCatch(release);
  // What became of the export doesn't change because the lease could not be given back, or was gone.
  release.addCatch(exported, { outputs: '{% $states.input %}' });
  exported
    .when(Condition.jsonata('{% $exported %}'), Succeed.jsonata(scope, 'Report Exported'))
    .otherwise(exportFailed);

  return resolveRequestStep(scope, exporter, tenant)
    .addCatch(exportFailed)
    .next(acquireLease)
    .next(exportUnderLease)
    .next(release)
    .next(exported);
}

function leaseUnavailableSteps(scope: Construct, lease: Lease, exportFailed: Fail): IChainable {
  const holder = readLease(
    scope,
    'Find Lease Holder',
    lease,
    'Which execution has had the lease all this time?',
  );
  holder.addCatch(exportFailed);
  return holder.next(
    Fail.jsonata(scope, 'Lease Unavailable', {
      error: 'LeaseUnavailableError' satisfies ErrorName,
      cause: `{% ${leaseUnavailable} %}`,
    }),
  );
}
