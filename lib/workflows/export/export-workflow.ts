import {
  Choice,
  Condition,
  Fail,
  type IChainable,
  Parallel,
  Pass,
  Succeed,
  type TaskStateBase,
} from 'aws-cdk-lib/aws-stepfunctions';
import type { Construct } from 'constructs';
import type { Tenant } from '../../../lambdas/shared/contract.ts';
import type { ErrorName } from '../../../lambdas/shared/errors.ts';
import { type ExportWorkflowProps, outputVersion, resolveRequestStep } from './export-steps.ts';
import { leaseUnavailable, readableCause } from '../expressions.ts';
import { type Lease, readLease, releaseLease, takeLease } from '../lease-steps.ts';
import { reportWorkflow } from './report-workflow.ts';
import { awsCallFailed, heldByAnother, leaseHeld } from '../retry-policies.ts';
import { announce } from '../workflow-steps.ts';

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
  const failure = failureSteps(scope, tenant);

  acquireLease
    .addRetry(leaseHeld(times.leaseWait))
    .addRetry(awsCallFailed)
    .addCatch(leaseUnavailableSteps(scope, lease, failure), { errors: heldByAnother.errors })
    .addCatch(failure);
  exportUnderLease.branch(reportWorkflow(scope, { ...props, lease })).addCatch(release);
  // What became of the export doesn't change because the lease could not be given back, or was gone.
  release.addCatch(exported, { outputs: '{% $states.input %}' });
  exported.when(Condition.jsonata('{% $exported %}'), successSteps(scope)).otherwise(failure);

  return resolveRequestStep(scope, props)
    .addCatch(failure)
    .next(acquireLease)
    .next(exportUnderLease)
    .next(release)
    .next(exported);
}

function successSteps(scope: Construct): IChainable {
  const reportExported = Succeed.jsonata(scope, 'Report Exported');
  return announce(scope, 'Announce Export', {
    comment: 'Tells EventBridge what was exported: the output, as an event.',
    detailType: 'Report Exported',
    detail: '{% $states.input %}',
  })
    .addCatch(reportExported, { outputs: '{% $states.input %}' })
    .next(reportExported);
}

/** Takes an error as a Catch gives it. */
function failureSteps(scope: Construct, tenant: Tenant): TaskStateBase {
  const error = '{% $states.input.Error %}';
  const cause = `{% ${readableCause('$states.input')} %}`;
  const exportFailed = Fail.jsonata(scope, 'Export Failed', {
    comment: 'Shows the name and the cause of the error that ended the export.',
    error,
    cause,
  });
  const announced = announce(scope, 'Announce Failure', {
    comment: 'Tells EventBridge why nothing was exported.',
    detailType: 'Export Failed',
    detail: {
      version: outputVersion,
      execution: '{% $states.context.Execution.Id %}',
      tenant: tenant.name,
      error,
      cause,
    },
  });
  announced.addCatch(exportFailed, { outputs: '{% $states.input %}' }).next(exportFailed);
  return announced;
}

function leaseUnavailableSteps(scope: Construct, lease: Lease, failure: TaskStateBase): IChainable {
  const holder = readLease(
    scope,
    'Find Lease Holder',
    lease,
    'Which execution has had the lease all this time?',
  );
  return holder.addCatch(failure).next(
    Pass.jsonata(scope, 'Lease Unavailable', {
      outputs: {
        Error: 'LeaseUnavailableError' satisfies ErrorName,
        Cause: `{% ${leaseUnavailable} %}`,
      },
    }).next(failure),
  );
}
