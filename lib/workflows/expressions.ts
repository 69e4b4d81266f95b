import { errorNames, retryAfterPattern } from '../../lambdas/shared/errors.ts';
import { jsonata } from './jsonata.ts';
import { pollSeconds } from './run-times.ts';

/** JSONata expressions that would hide the flow of the workflows. None has its `{% %}` yet. */

/**
 * The cause of an error as a person reads it: the message alone where a Lambda's cause wraps it in JSON.
 * @param error expression of an error output, such as `$states.errorOutput`
 */
export const readableCause = (error: string): string => jsonata`
  (
    $cause := ${error}.Cause;
    $boolean($cause)
      ? ($contains($cause, /^\{[\s\S]*"errorMessage":[\s\S]*\}$/) ? $parse($cause).errorMessage : $cause)
      : 'A step took longer than it may: see the events of this execution.'
  )`;

/**
 * The seconds that a caught RateLimitedError or LuccaBusyError asks to wait, as long as between two checks at least even if
 * Lucca says "at once": every round costs history events, and an execution may hold 25,000 of them.
 */
export const secondsToWait = jsonata`
  $max([${pollSeconds}, $number($match($states.errorOutput.Cause, ${String(retryAfterPattern)})[0].groups[0])])`;

/** Seconds until a report is checked: as many as Lucca asked for, or the usual pause. */
export const secondsUntilCheck = (usual: number): string =>
  jsonata`$exists($states.input.waitSeconds) ? $states.input.waitSeconds : ${usual}`;

/** What went wrong when Lucca could not generate a report, nor another one made in its place. */
export const generationFailed = jsonata`
  'Lucca ended the generation of report ' & $join([$failedReportIds, $reportId].$string($), ' and of report ') &
  ' with the status error. Contact the support of Lucca with these report ids.'`;

/** What a report that vanished is told of, and which ones vanished before it. */
export const reportVanished = jsonata`
  ${readableCause('$states.errorOutput')} & ' Reports of this export that vanished: ' &
  $join([$vanishedReportIds, $reportId].$string($), ', ') & '.'`;

/** Why a report that nobody could ask for isn't waited for any longer. */
export const reportUnheardOf = jsonata`
  'Report ' & $reportId & ' was to be done by the deadline ' & $reportDeadline & ', but ' &
  ${readableCause('$states.errorOutput')} & ' (' & $states.errorOutput.Error & '). A new report would start over: ' &
  'look at what is said here, then start the export again.'`;

/** Only an execution that was stopped, and redriven after that, can lose its lease. */
export const leaseLost = jsonata`
  'While this execution was stopped, another export with the same API key has begun or is next, and creating a report now ' &
  'would delete its report. Start this export again.'`;

/** Whether the execution was redriven since it renewed its lease. */
export const redrivenSinceRenewal = jsonata`$states.context.Execution.RedriveCount != $redriveCount`;

/** The instant some seconds after the state was entered. */
export const afterNow = (seconds: number): string =>
  jsonata`$fromMillis($toMillis($states.context.State.EnteredTime) + ${seconds * 1000})`;

/**
 * Seconds to leave a key alone after its report vanished: somebody else is generating one, and replacing theirs at
 * once would have them do the same to ours. 30 to 60 s at first, twice as long each time, at random within that.
 * @param vanished expression of how many reports have vanished so far, 1 at least
 */
export const secondsOfPause = (vanished: string): string =>
  jsonata`$floor(30 * $power(2, ${vanished} - 1) * (1 + $random()))`;

/** Whether an instant is before another; both are expressions of ISO texts. */
export const isBefore = (instant: string, other: string): string =>
  jsonata`$toMillis(${instant}) < $toMillis(${other})`;

/** Whole seconds from one instant to another; both are expressions of ISO texts. */
export const secondsBetween = (from: string, to: string): string =>
  jsonata`$round(($toMillis(${to}) - $toMillis(${from})) / 1000)`;

/**
 * Whether an execution has ended, and so have the functions that it had called. Step Functions may tell whole seconds only.
 * @param execution expression of an object with `status` and, where it has ended, `stopDate`
 */
export const hasEnded = (execution: string, functionSeconds: number): string => jsonata`
  ${execution}.status != 'RUNNING' and $exists(${execution}.stopDate)
  and $millis() - $toMillis(${execution}.stopDate) > ${(functionSeconds + 1) * 1000}`;

/**
 * How an execution stands, as it was described, added to the input: `status`, and where it has ended `stopDate`, and `endedAt`
 * in milliseconds, by which it had surely ended.
 */
export const endOfExecution = jsonata`
  $merge([
    $states.input,
    {'status': $states.result.Status},
    $exists($states.result.StopDate)
      ? {'stopDate': $states.result.StopDate, 'endedAt': $toMillis($states.result.StopDate) + 1000}
      : {}
  ])`;

/** Who has the lease, as an item of the table tells it; nothing when it is free. Instants are ISO texts. */
export const leaseHolder = jsonata`
  $exists($states.result.Item.executionArn)
    ? {
        'executionArn': $states.result.Item.executionArn.S,
        'acquiredAt': $fromMillis($number($states.result.Item.acquiredAt.N))
      }
    : {}`;

/** Who has kept the lease from this export, as `Find Lease Holder` found it. */
export const leaseUnavailable = jsonata`
  'Another export uses the same API key, and this one has waited for it as long as it may. ' &
  (
    $exists($states.input.executionArn)
      ? $states.input.executionArn & ' has had the lease since ' & $states.input.acquiredAt &
        ': look at that execution, and stop it if it hangs. Then start this export again.'
      : 'The lease has become free since: start this export again.'
  )`;

/** The input of a batch's export: as planned, and what has started it. */
export const itemInput = jsonata`
  $merge([
    $states.input.request,
    {
      'AWS_STEP_FUNCTIONS_STARTED_BY_EXECUTION_ID': $states.context.Execution.Id,
      'batch': $states.context.Execution.Name
    },
    $exists($states.context.Execution.Input.schedule) ? {'schedule': $states.context.Execution.Input.schedule} : {}
  ])`;

/** A text that the execution's input got on its way, or null: who looks for it may do so before the input was validated. */
export const addedToInput = (name: 'schedule' | 'batch'): string => jsonata`
  ($type($states.context.Execution.Input.${name}) = 'string' ? $states.context.Execution.Input.${name} : null)`;

/** The period of an export, for people. */
export const periodText = jsonata`
  $request.startsOn = null ? null : $request.startsOn & ' to ' & $request.endsOn`;

/** The page of this execution in AWS's console. */
export const executionUrl = jsonata`
  (
    $region := $split($states.context.Execution.Id, ':')[3];
    'https://' & $region & '.console.aws.amazon.com/states/home?region=' & $region & '#/v2/executions/details/' &
    $states.context.Execution.Id
  )`;

/** The ARN of the execution that makes an export of a batch. */
export const itemExecutionArn = (stateMachineArn: string): string =>
  jsonata`$replace('${stateMachineArn}', ':stateMachine:', ':execution:') & ':' & $states.input.name`;

/**
 * What a batch reports of an export that succeeded.
 * @param output expression of that export's output
 */
export const exportedOutcome = (output: string): string => jsonata`
  (
    $output := ${output};
    $merge([
      $states.input.outcome,
      {
        'status': 'exported',
        'templateId': $output.templateId,
        'reportId': $output.reportId,
        'manifest': {'bucket': $output.manifest.bucket, 'key': $output.manifest.key},
        'scheduledTime': $output.scheduledTime,
        'exportedAt': $output.exportedAt,
        'seconds': $output.seconds,
        'execution': $states.input.name
      }
    ])
  )`;

/** Characters of a cause that a batch keeps: what became of hundreds of exports must fit into 256 KiB. */
const causeInBatch = 200;

/** What a batch reports of an export that failed: its own error where there is an execution, else why there is none. */
export const failedOutcome = jsonata`
  (
    $execution := $states.input.execution;
    $failure := $states.input.failure;
    $errorName := $exists($execution.Error) ? $execution.Error : $execution.Status;
    $ownCause := $exists($execution.Cause) ? $execution.Cause : 'The execution ended as ' & $execution.Status & '.';
    $merge([
      $states.input.outcome,
      {
        'status': 'failed',
        'execution': $states.input.name,
        'error': $exists($execution) ? $errorName : $failure.Error,
        'cause': $substring($exists($execution) ? $ownCause : $failure.Cause, 0, ${causeInBatch})
      }
    ])
  )`;

/** How many exports of a batch ended so. */
export const countOutcomes = (status: 'exported' | 'failed' | 'skipped'): string =>
  jsonata`$count($states.result[status = '${status}'])`;

/** How many failures are told in the cause of a batch; all of them are in its report. */
const failuresInCause = 10;

/** Which exports of a batch failed, and why. */
export const batchFailed = jsonata`
  (
    $input := $states.input;
    $name := function($item) {
      $item.startsOn = null
        ? 'The period of template ' & $item.templateId
        : $item.startsOn & ' to ' & $item.endsOn
    };
    $failures := $input.items[status = 'failed'][[0..${failuresInCause - 1}]];
    $input.failed & ' of ' & $count($input.items) & ' exports failed:' &
    $join($failures.('\n- ' & $name($) & ': ' & error & ': ' & cause)) &
    ($input.failed > ${failuresInCause} ? '\n- and ' & ($input.failed - ${failuresInCause}) & ' more' : '') &
    ($input.report = null ? '' : '\nAll of them are listed in ' & $input.report.uri)
  )`;

/** The name of the execution that an occurrence of a schedule starts: names may have no colons. */
export const occurrenceName = jsonata`
  $states.input.schedule & '-' & $replace($states.input.scheduledTime, ':', '-')`;

/** The input of that execution, as JSON text: what is configured, the time that it is relative to, and by which schedule. */
export const occurrenceInput = jsonata`
  $string($merge([
    {'scheduledTime': $states.input.scheduledTime},
    $states.input.input,
    {'schedule': $states.input.schedule}
  ]))`;

/**
 * What people are told of a failure.
 * @param text.what went wrong, as a sentence
 * @param text.facts expressions by what they are called; null isn't told
 * @param text.error expression of the error's name
 * @param text.cause expression of its cause
 * @param text.runbook where the runbook is: errors of ours have a section each
 */
export const alertText = (text: {
  what: string;
  facts: Readonly<Record<string, string>>;
  error: string;
  cause: string;
  runbook: string;
}): string => jsonata`
  (
    $error := ${text.error};
    $section := $error in ${JSON.stringify(errorNames)} ? $lowercase($error) : 'errors-of-aws';
    $told := function($name, $fact) { $fact = null ? '' : '\n' & $name & ': ' & $fact };
    ${JSON.stringify(text.what)} & '\n'
      ${Object.entries(text.facts)
        .map(([name, fact]) => `& $told('${name}', ${fact})`)
        .join(' ')}
      & $told('Error', $error)
      & '\n\n' & ${text.cause}
      & '\n\nLook at it: ' & ${executionUrl}
      & '\nWhat to do: ' & ${JSON.stringify(`${text.runbook}#`)} & $section & '\n'
  )`;
