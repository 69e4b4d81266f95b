import type { Execution } from '../../../local/aws/step-functions/step-functions.ts';
import type { Outcome } from '../run.ts';
import type { Start } from '../scenario.ts';
import { tenantOf } from '../world/world.ts';
import { isExplained } from './errors.ts';

/** How executions end: at all, with what they promise, and only for a reason. */
export function endingViolations(outcome: Outcome): string[] {
  const { scenario, executions, ended } = outcome;
  if (!ended)
    return executions
      .filter(({ execution }) => execution.result === undefined)
      .map(({ execution }) => `${execution.name} never ends`);
  return executions.flatMap(({ execution, start }) => {
    const told = (violation: string) => `${execution.name} ${violation}`;
    return [
      ...limitViolations(execution),
      ...(scenario.weather.kind === 'storm' ? [] : needlessFailure(execution, start, outcome)),
      ...failureViolations(execution, start, outcome),
    ].map(told);
  });
}

const mostHistoryEvents = 25_000;

/** Step Functions' own limits. */
function limitViolations({ result }: Execution): string[] {
  if (result!.historyEvents >= mostHistoryEvents) return [`has ${result!.historyEvents} history events`];
  const error = 'error' in result! ? (result.error ?? '') : '';
  const isMistake = ['States.DataLimitExceeded', 'States.Runtime', 'States.QueryEvaluationError'].includes(
    error,
  );
  return isMistake ? [`fails with ${error}`] : [];
}

/** Whatever goes wrong in calm and mild weather is survived. An execution may be redriven too late for what it was about. */
function needlessFailure(execution: Execution, start: Start | undefined, outcome: Outcome): string[] {
  const { scenario } = outcome;
  const { status } = execution.result!;
  const isStopped = status === 'ABORTED' && scenario.starts.some(({ stop }) => stop !== undefined);
  if (status === 'SUCCEEDED' || isStopped || start?.wrong === true || isOutOfTime(execution, outcome))
    return [];
  if (execution.redriveCount > 0) return [];
  return [`ends as ${status} in ${scenario.weather.kind} weather: ${textOf(execution)}`];
}

/** Half an hour may not be enough for all that an export can survive; nor for a batch of such exports. */
function isOutOfTime({ result, stateMachineArn }: Execution, { executions, scenario }: Outcome): boolean {
  if (tenantOf(stateMachineArn) !== 'globex' || scenario.weather.kind === 'calm') return false;
  return (
    errorOf(result) === 'ReportTimedOutError' ||
    (errorOf(result) === 'BatchFailedError' &&
      executions.some(({ execution }) => errorOf(execution.result) === 'ReportTimedOutError'))
  );
}

function failureViolations(execution: Execution, start: Start | undefined, outcome: Outcome): string[] {
  const { status } = execution.result!;
  if (start?.wrong === true && status === 'SUCCEEDED') return ['succeeds with a wrong input'];
  if (status === 'TIMED_OUT') return ['times out'];
  if (status !== 'FAILED' || isExplained(execution, start, outcome)) return [];
  return [`fails for no reason that can be seen: ${textOf(execution)}`];
}

const errorOf = (result: Execution['result']) =>
  result !== undefined && 'error' in result ? result.error : '';

function textOf({ result }: Execution): string {
  return result !== undefined && 'error' in result ? `${result.error}: ${result.cause}` : '';
}
