import type { Duration } from 'aws-cdk-lib';
import { retryAfterPattern } from '../lambdas/shared/errors.ts';

/** JSONata expressions that would hide the flow of the workflow. None has its `{% %}` yet. */

/**
 * The cause of an error as a person reads it: the message alone where a Lambda's cause wraps it in JSON.
 * @param error expression of an error output, such as `$states.errorOutput`
 */
export const readableCause = (error: string): string =>
  `($cause := ${error}.Cause; $boolean($cause) ? ` +
  String.raw`($contains($cause, /^\{[\s\S]*"errorMessage":[\s\S]*\}$/) ? $parse($cause).errorMessage : $cause) : ` +
  `'A step took longer than it may: see the events of this execution.')`;

/**
 * The seconds that a caught RateLimitedError asks to wait, 10 at least even if Lucca says "at once": every round
 * costs history events, and an execution may hold 25,000 of them.
 */
export const secondsToWait = `$max([10, $number($match($states.errorOutput.Cause, ${retryAfterPattern})[0].groups[0])])`;

/** What went wrong when Lucca could not generate a report, nor another one made in its place. */
export const generationFailed =
  `'Lucca ended the generation of report ' & $join([$failedReportIds, $reportId].$string($), ' and of report ') & ` +
  `' with the status error. Contact the support of Lucca with these report ids.'`;

/** The instant some time after the state was entered. */
export const afterNow = (duration: Duration): string =>
  `$fromMillis($toMillis($states.context.State.EnteredTime) + ${duration.toMilliseconds()})`;
