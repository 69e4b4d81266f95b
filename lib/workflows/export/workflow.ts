import { Choice, Condition, type IChainable, Parallel } from 'aws-cdk-lib/aws-stepfunctions';
import type { Construct } from 'constructs';
import { addedToInput, afterNow } from '../expressions.ts';
import { field, literal } from '../jsonata.ts';
import { onlyChanceFailed } from '../retry-policies.ts';
import { catchAnything } from '../steps/catch-anything.ts';
import { goOnAnyway } from '../steps/go-on-anyway.ts';
import { invoke } from '../steps/invoke.ts';
import { patience } from '../run-times.ts';
import { type Lease, releaseLease } from '../steps/lease.ts';
import { failureStates, successStates, unresolvedRequest } from './endings.ts';
import { leaseStates } from './lease.ts';
import type { ExportWorkflowProps } from './props.ts';
import { underLease } from './under-lease.ts';

/**
 * The states of an export. What several states need is in variables: `$request`, `$batch`, `$exported` once the lease
 * is there, and those of the Parallel's branch.
 */
export function exportWorkflow(scope: Construct, props: ExportWorkflowProps): IChainable {
  const { resources, tenant, defaultExport, times, stateMachineName } = props;
  const lease: Lease = {
    table: resources.leaseTable,
    apiKeySecretArn: tenant.apiKeySecretArn,
    executionArn: '{% $states.context.Execution.Id %}',
  };

  const batch = { batch: field(addedToInput('batch')) };
  const resolveRequest = invoke(scope, 'Resolve Request', resources, {
    function: 'resolveRequest',
    comment: 'Validates the input and makes its dates absolute. Bad input ends the export here.',
    payload: {
      request: '{% $states.input %}',
      defaultExport: literal(defaultExport),
      executionStartTime: '{% $states.context.Execution.StartTime %}',
    },
    assign: {
      request: '{% $states.result %}',
      ...batch,
      turnAfter: field(afterNow(patience)),
      leaseDeadline: field(afterNow(times.lastRound)),
    },
  });
  const exportUnderLease = Parallel.jsonata(scope, 'Export Under Lease', {
    comment: 'One branch only: it is here so that one Catch sees whatever fails inside.',
    outputs: '{% $states.result[0] %}',
    assign: { exported: true },
  }).branch(underLease(scope, { ...props, lease }));
  const release = releaseLease(scope, lease);
  const exported = Choice.jsonata(scope, 'Exported?');
  const failure = failureStates(scope, tenant, resources.alerts);
  const acquireLease = leaseStates(scope, { lease, times, stateMachineName, failure });

  catchAnything(resolveRequest, failure, { assign: { request: unresolvedRequest, ...batch } }).next(
    acquireLease,
  );
  acquireLease.next(exportUnderLease);
  catchAnything(exportUnderLease, release).next(release);
  // What became of the export doesn't change because the lease could not be given back, or was gone.
  goOnAnyway(release.addRetry(onlyChanceFailed), exported);
  exported.when(Condition.jsonata('{% $exported %}'), successStates(scope)).otherwise(failure);
  return resolveRequest;
}
