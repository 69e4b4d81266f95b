import { Choice, Condition, type IChainable, Pass } from 'aws-cdk-lib/aws-stepfunctions';
import type { Construct } from 'constructs';
import type { ErrorName } from '../../../lambdas/shared/errors.ts';
import { acknowledgeOwnExecutions, ownExecutions } from '../executions.ts';
import { endOfExecution, hasEnded, isBefore, leaseUnavailable } from '../expressions.ts';
import { field } from '../jsonata.ts';
import { awsCallFailed, heldByAnother, leaseHeld, unknownExecution } from '../retry-policies.ts';
import { functionSeconds, type RunTimes, turnSeconds } from '../run-times.ts';
import { catchAnything } from '../steps/catch-anything.ts';
import { describeExecution } from '../steps/describe-execution.ts';
import { type Lease, readLease, releaseLease, reserveTurn, takeLease } from '../steps/lease.ts';

export interface LeaseStatesProps {
  readonly lease: Lease;
  readonly times: RunTimes;
  /** Of the state machine that these states are in. */
  readonly stateMachineName: string;
  /** Where an error leads, as a Catch gives it. */
  readonly failure: IChainable;
}

/**
 * The states that get the lease. They try in rounds, until `$leaseDeadline`; from `$turnAfter` on, they see to it after each
 * that their turn is next, and that whoever has the lease still runs.
 */
export function leaseStates(scope: Construct, { lease, times, stateMachineName, failure }: LeaseStatesProps) {
  const acquireLease = takeLease(scope, 'Acquire Lease', lease, {
    comment: 'One export per API key at a time: Lucca deletes a report as soon as another is generated.',
    expirySeconds: times.leaseExpiry,
    takesTurn: true,
    assign: { exported: false },
  });
  const waitLonger = Choice.jsonata(scope, 'Wait Longer?');
  const turn = reserveTurn(scope, lease, turnSeconds);
  const describeHolder = describeExecution(scope, 'Describe Holder', {
    comment: 'Whether the execution that has the lease still runs: nobody is told of each that ends.',
    executionArn: '{% $states.input.executionArn %}',
    executions: ownExecutions(scope, stateMachineName),
    outputs: field(endOfExecution),
    retries: [unknownExecution, awsCallFailed],
  });
  acknowledgeOwnExecutions(scope, stateMachineName);
  const holderEnded = Choice.jsonata(scope, 'Holder Ended?', {
    comment: 'And whatever function it had called as well.',
  });
  const freeLease = releaseLease(
    scope,
    { ...lease, executionArn: '{% $states.input.executionArn %}' },
    { name: 'Free Lease', acquiredUntil: '{% $states.input.acquiredAt %}' },
  );

  acquireLease
    .addRetry(leaseHeld)
    .addRetry(awsCallFailed)
    .addCatch(waitLonger, { errors: heldByAnother.errors })
    .addCatch(failure);
  waitLonger
    .when(Condition.jsonata(field(isBefore('$states.context.State.EnteredTime', '$turnAfter'))), acquireLease)
    .when(Condition.jsonata(field(isBefore('$states.context.State.EnteredTime', '$leaseDeadline'))), turn)
    .otherwise(leaseUnavailableStates(scope, lease, failure));
  // Whatever goes wrong here, the export waits on.
  turn.addCatch(acquireLease).next(describeHolder);
  catchAnything(describeHolder, acquireLease).next(holderEnded);
  holderEnded
    .when(Condition.jsonata(field(hasEnded('$states.input', functionSeconds))), freeLease)
    .otherwise(acquireLease);
  freeLease.addRetry(awsCallFailed).addCatch(acquireLease).next(acquireLease);
  return acquireLease;
}

/** What an export ends with that has waited for the lease as long as it may. */
function leaseUnavailableStates(scope: Construct, lease: Lease, failure: IChainable): IChainable {
  const findLeaseHolder = readLease(
    scope,
    'Find Lease Holder',
    lease,
    'Which execution has had the lease all this time?',
  );
  const leaseIsUnavailable = Pass.jsonata(scope, 'Lease Unavailable', {
    outputs: {
      Error: 'LeaseUnavailableError' satisfies ErrorName,
      Cause: field(leaseUnavailable),
    },
  });
  return findLeaseHolder.addCatch(failure).next(leaseIsUnavailable.next(failure));
}
