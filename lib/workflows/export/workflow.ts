import { Choice, Condition, type IChainable, Parallel } from 'aws-cdk-lib/aws-stepfunctions';
import type { Construct } from 'constructs';
import { literal } from '../jsonata.ts';
import { awsCallFailed, heldByAnother, leaseHeld } from '../retry-policies.ts';
import { invoke } from '../steps/invoke.ts';
import { type Lease, releaseLease, takeLease } from '../steps/lease.ts';
import { failureStates, leaseUnavailableStates, successStates } from './endings.ts';
import type { ExportWorkflowProps } from './props.ts';
import { underLease } from './under-lease.ts';

/**
 * The states of an export. What several states need is in variables: `$request`, `$exported` once the lease
 * is there, and those of the Parallel's branch.
 */
export function exportWorkflow(scope: Construct, props: ExportWorkflowProps): IChainable {
  const { resources, tenant, defaultExport, times } = props;
  const lease: Lease = {
    table: resources.leaseTable,
    apiKeySecretArn: tenant.apiKeySecretArn,
    executionArn: '{% $states.context.Execution.Id %}',
  };

  const resolveRequest = invoke(scope, 'Resolve Request', resources, {
    function: 'resolveRequest',
    comment: 'Validates the input and makes its dates absolute. Bad input ends the export here.',
    payload: {
      request: '{% $states.input %}',
      defaultExport: literal(defaultExport),
      executionStartTime: '{% $states.context.Execution.StartTime %}',
    },
    assign: { request: '{% $states.result %}' },
  });
  const acquireLease = takeLease(scope, 'Acquire Lease', lease, {
    comment: 'One export per API key at a time: Lucca deletes a report as soon as another is generated.',
    expirySeconds: times.leaseExpiry,
    assign: { exported: false },
  });
  const exportUnderLease = Parallel.jsonata(scope, 'Export Under Lease', {
    comment: 'One branch only: it is here so that one Catch sees whatever fails inside.',
    outputs: '{% $states.result[0] %}',
    assign: { exported: true },
  }).branch(underLease(scope, { ...props, lease }));
  const release = releaseLease(scope, lease);
  const exported = Choice.jsonata(scope, 'Exported?');
  const failure = failureStates(scope, tenant);

  resolveRequest.addCatch(failure).next(acquireLease);
  acquireLease
    .addRetry(leaseHeld(times.leaseWait))
    .addRetry(awsCallFailed)
    .addCatch(leaseUnavailableStates(scope, lease, failure), { errors: heldByAnother.errors })
    .addCatch(failure)
    .next(exportUnderLease);
  exportUnderLease.addCatch(release).next(release);
  // What became of the export doesn't change because the lease could not be given back, or was gone.
  release.addCatch(exported, { outputs: '{% $states.input %}' }).next(exported);
  exported.when(Condition.jsonata('{% $exported %}'), successStates(scope)).otherwise(failure);
  return resolveRequest;
}
