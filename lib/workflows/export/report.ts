import { Choice, Condition, Fail, Wait, WaitTime } from 'aws-cdk-lib/aws-stepfunctions';
import type { Construct } from 'constructs';
import type { ErrorName } from '../../../lambdas/shared/errors.ts';
import { objectKeyExpression } from '../../../lambdas/shared/object-keys.ts';
import {
  generationFailed,
  leaseLost,
  isBefore,
  redrivenSinceRenewal,
  reportUnheardOf,
  secondsOfPause,
  secondsUntilCheck,
} from '../expressions.ts';
import { field } from '../jsonata.ts';
import {
  awsCallFailed,
  functionFailed,
  functionNotRun,
  heldByAnother,
  reportMissing,
  serviceUnavailable,
  unexpectedAnswer,
  unreachable,
} from '../retry-policies.ts';
import { functionsEndSeconds, pollSeconds } from '../run-times.ts';
import { invokeLucca, waitBefore } from '../steps/invoke.ts';
import { takeLease } from '../steps/lease.ts';
import type { UnderLeaseProps } from './props.ts';
import { luccaCall, problem, reportIsGone } from './variables.ts';

/** How often a report that Lucca could not generate is created again: once, as Lucca's guide recommends. */
const mostRegenerations = 1;

/** How often a report that vanished is created again: somebody else generates reports with the same API key. */
const mostReplacements = 3;

/** The states that have a report generated, from `Renew Lease` until it is done or can't be had. */
export function reportStates(scope: Construct, props: UnderLeaseProps) {
  const { createReport, renewLease } = creationStates(scope, props);
  const { waitForReport, checkReport, timeLeft, reportStatus } = pollingStates(scope, props);
  const { recreate, reportFailed } = recreationStates(scope, renewLease);

  renewLease
    .addCatch(reportFailed, {
      errors: heldByAnother.errors,
      assign: problem('LeaseUnavailableError', leaseLost),
    })
    .next(createReport)
    .next(waitForReport)
    .next(checkReport)
    .next(reportStatus);
  checkReport
    .addRetry(reportMissing)
    .addCatch(recreate, reportIsGone)
    .addCatch(timeLeft, {
      errors: [...serviceUnavailable.errors, ...functionNotRun.errors, ...functionFailed.errors],
      assign: problem('ReportTimedOutError', reportUnheardOf),
    });
  timeLeft.otherwise(reportFailed);
  reportStatus
    .when(Condition.jsonata("{% $states.input.status = 'pending' %}"), waitForReport)
    .when(Condition.jsonata("{% $states.input.status = 'error' %}"), recreate, {
      assign: {
        ...problem('ReportGenerationFailedError', generationFailed),
        failedReportIds: '{% [$failedReportIds, $reportId] %}',
      },
    });
  return { renewLease, createReport, reportStatus, recreate, reportFailed };
}

function creationStates(scope: Construct, { resources, tenant, lease, times }: UnderLeaseProps) {
  const renewLease = takeLease(scope, 'Renew Lease', lease, {
    comment:
      'No report is created without the lease, not even by an execution that was stopped and redriven.',
    expirySeconds: times.leaseExpiry,
    assign: { redriveCount: '{% $states.context.Execution.RedriveCount %}' },
  });
  renewLease.addRetry(heldByAnother).addRetry(awsCallFailed);
  const waitBeforeCreateReport = waitBefore(scope, 'Create Report');
  waitBeforeCreateReport.next(renewLease);
  const createReport = invokeLucca(scope, 'Create Report', resources, {
    function: 'createReport',
    waitAsAsked: waitBeforeCreateReport,
    comment: 'Starts the generation. Lucca deletes the previous report of the same API key.',
    payload: {
      ...luccaCall,
      templateId: '{% $templateId %}',
      startsOn: '{% $request.startsOn %}',
      endsOn: '{% $request.endsOn %}',
      redriven: field(redrivenSinceRenewal),
    },
    assign: {
      reportId: '{% $states.result.reportId %}',
      exportedAt: '{% $states.context.State.EnteredTime %}',
      folder: field(
        objectKeyExpression('folder', {
          tenant: `'${tenant.name}'`,
          templateId: '$templateId',
          period: '$request.periodFolder',
        }),
      ),
    },
  });
  createReport
    .addRetry(unexpectedAnswer)
    .addRetry(unreachable)
    // Until the function has ended that it had called before it was stopped.
    .addCatch(waitBeforeCreateReport, {
      errors: ['LeaseNotRenewedError' satisfies ErrorName],
      outputs: { waitSeconds: functionsEndSeconds },
    });
  return { renewLease, createReport };
}

function pollingStates(scope: Construct, { resources }: UnderLeaseProps) {
  const waitForReport = Wait.jsonata(scope, 'Wait For Report', {
    comment: `${pollSeconds} s, or as long as Lucca asked for.`,
    time: WaitTime.seconds(field(secondsUntilCheck(pollSeconds))),
  });
  const checkReport = invokeLucca(scope, 'Check Report', resources, {
    function: 'checkReport',
    comment: 'Asks Lucca once how far the report is.',
    payload: { ...luccaCall, reportId: '{% $reportId %}' },
    waitAsAsked: waitForReport,
  });
  const timeLeft = Choice.jsonata(scope, 'Time Left?', {
    comment:
      "The generation goes on while nobody can ask for it: only the report's deadline ends the polling.",
  }).when(
    Condition.jsonata(field(isBefore('$states.context.State.EnteredTime', '$reportDeadline'))),
    waitForReport,
  );
  const reportStatus = Choice.jsonata(scope, 'Report Status?', {
    comment: 'Without a default: any other status fails the export.',
  });
  return { waitForReport, checkReport, timeLeft, reportStatus };
}

/** What becomes of a report that can't be had: another one is created, or the export fails with `$problem`. */
function recreationStates(scope: Construct, renewLease: ReturnType<typeof takeLease>) {
  const recreate = Choice.jsonata(scope, 'Recreate?', {
    comment: 'A report that failed is created again once, one that vanished a few times.',
  });
  const pauseBeforeRecreation = Wait.jsonata(scope, 'Pause Before Recreation', {
    comment: 'Lets whoever replaced the report fetch theirs.',
    time: WaitTime.seconds(field(secondsOfPause('$count($vanishedReportIds)'))),
  });
  const reportFailed = Fail.jsonata(scope, 'Report Failed', {
    error: '{% $problem.error %}',
    cause: '{% $problem.cause %}',
  });
  recreate
    .when(happened('ReportNotFoundError', '$vanishedReportIds', mostReplacements), pauseBeforeRecreation)
    .when(happened('ReportGenerationFailedError', '$failedReportIds', mostRegenerations), renewLease)
    .otherwise(reportFailed);
  pauseBeforeRecreation.next(renewLease);
  return { recreate, reportFailed };
}

/** Whether this happened, and no more often than it may. */
const happened = (error: ErrorName, ids: string, most: number) =>
  Condition.jsonata(field(`$problem.error = '${error}' and $count(${ids}) <= ${most}`));
