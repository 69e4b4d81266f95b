import type { LuccaCall } from '../../../lambdas/shared/contract.ts';
import type { ErrorName } from '../../../lambdas/shared/errors.ts';
import { afterNow, readableCause, reportVanished } from '../expressions.ts';
import { field, type JsonataField, type Payload } from '../jsonata.ts';
import type { RunTimes } from '../run-times.ts';

/** The variables of the branch under the lease, besides `$request`, and what is made of them. */

/** Those that every way through the branch needs, as they are at its start. */
export const initialVariables = (times: RunTimes) => ({
  beganAt: '{% $states.context.State.EnteredTime %}',
  reportDeadline: field(afterNow(times.report)),
  storeDeadline: field(afterNow(times.store)),
  templateId: '{% $request.templateId %}',
  lostTemplateId: null,
  failedReportIds: [],
  vanishedReportIds: [],
});

/** What every function that calls Lucca is given. */
export const luccaCall = {
  now: '{% $states.context.State.EnteredTime %}',
  deadline: '{% $reportDeadline %}',
} as const satisfies Payload<LuccaCall>;

/** A problem that may end the export, for `Report Failed` to show. */
export const problem = (error: ErrorName | JsonataField, cause: string) => ({
  problem: { error, cause: field(cause) },
});

/** The problem that a Catch has caught. */
export const caughtProblem = problem('{% $states.errorOutput.Error %}', readableCause('$states.errorOutput'));

/** A Catch of a report that vanished. */
export const reportIsGone = {
  errors: ['ReportNotFoundError' satisfies ErrorName],
  assign: {
    ...problem('ReportNotFoundError', reportVanished),
    vanishedReportIds: '{% [$vanishedReportIds, $reportId] %}',
  },
};
