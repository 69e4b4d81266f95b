import type { Duration } from 'aws-cdk-lib';
import { retryAfterPattern } from '../../lambdas/shared/errors.ts';

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

/** What a report that vanished is told of, and which ones vanished before it. */
export const reportVanished =
  `${readableCause('$states.errorOutput')} & ' Reports of this export that vanished: ' & ` +
  `$join([$vanishedReportIds, $reportId].$string($), ', ') & '.'`;

/** Only an execution that was stopped, and redriven after that, can lose its lease. */
export const leaseLost =
  "'While this execution was stopped, another export with the same API key has begun, and creating a report now ' & " +
  "'would delete its report. Start this export again.'";

/** The instant some time after the state was entered. */
export const afterNow = (duration: Duration): string =>
  `$fromMillis($toMillis($states.context.State.EnteredTime) + ${duration.toMilliseconds()})`;

/**
 * Seconds to leave a key alone after its report vanished: somebody else is generating one, and replacing theirs at
 * once would have them do the same to ours. 30 to 60 s at first, twice as long each time, at random within that.
 * @param vanished expression of how many reports have vanished so far, 1 at least
 */
export const secondsOfPause = (vanished: string): string =>
  `$floor(30 * $power(2, ${vanished} - 1) * (1 + $random()))`;

/** Who has kept the lease from this export, as `Find Lease Holder` found it. */
export const leaseUnavailable =
  "'Another export uses the same API key, and this one has waited for it as long as it may. ' & " +
  '($exists($states.input.executionArn) ? ' +
  "$states.input.executionArn & ' has had the lease since ' & $states.input.acquiredAt & " +
  "': look at that execution, and stop it if it hangs. Then start this export again.' : " +
  "'The lease has become free since: start this export again.')";

/**
 * What a batch reports of an export that succeeded.
 * @param output expression of that export's output
 */
export const exportedOutcome = (output: string): string =>
  `($output := ${output}; $merge([$states.input.outcome, {'status': 'exported', ` +
  "'templateId': $output.templateId, 'reportId': $output.reportId, 'manifest': $output.manifest, " +
  "'execution': $states.input.name}]))";

/** Characters of a cause that a batch keeps: what became of hundreds of exports must fit into 256 KiB. */
const causeInBatch = 300;

/** What a batch reports of an export that failed: its own error where there is an execution, else why there is none. */
export const failedOutcome =
  '($execution := $states.input.execution; $failure := $states.input.failure; ' +
  "$merge([$states.input.outcome, {'status': 'failed', 'execution': $states.input.name, " +
  "'error': $exists($execution) ? ($exists($execution.Error) ? $execution.Error : $execution.Status) : $failure.Error, " +
  `'cause': $substring($exists($execution) ? ($exists($execution.Cause) ? $execution.Cause : ` +
  `'The execution ended as ' & $execution.Status & '.') : $failure.Cause, 0, ${causeInBatch})}]))`;

/** How many failures are told in the cause of a batch; all of them are in its report. */
const failuresInCause = 10;

/** Which exports of a batch failed, and why. */
export const batchFailed =
  '($input := $states.input; $name := function($item) {$item.startsOn = null ? ' +
  "'The period of template ' & $item.templateId : $item.startsOn & ' to ' & $item.endsOn}; " +
  "$input.failed & ' of ' & $count($input.items) & ' exports failed:' & " +
  `$join($input.items[status = 'failed'][[0..${failuresInCause - 1}]].` +
  `('\\n- ' & $name($) & ': ' & error & ': ' & cause)) & ` +
  `($input.failed > ${failuresInCause} ? '\\n- and ' & ($input.failed - ${failuresInCause}) & ' more' : '') & ` +
  "($input.report = null ? '' : '\\nAll of them are listed in ' & $input.report.uri))";
