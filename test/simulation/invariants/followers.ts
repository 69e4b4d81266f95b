import { isDeepStrictEqual } from 'node:util';
import type { Outcome } from '../run.ts';
import { isBatch, isExport } from './kinds.ts';

/** What follows from executions: announcements, and occurrences that happen once. */
export const followerViolations = (outcome: Outcome): string[] =>
  // Whatever may get lost in a storm.
  outcome.scenario.weather.kind === 'storm'
    ? repeatedOccurrences(outcome)
    : [...silentEndings(outcome), ...repeatedOccurrences(outcome)];

/** Every export that ends by itself is announced. */
function silentEndings({ executions, world }: Outcome): string[] {
  const detailTypes: Record<string, string> = { SUCCEEDED: 'Report Exported', FAILED: 'Export Failed' };
  return executions
    .map(({ execution }) => execution)
    .filter((execution) => isExport(execution) && detailTypes[execution.result?.status ?? ''] !== undefined)
    .filter(
      ({ arn, result }) =>
        !world.stepFunctions.events.some(
          (event) =>
            event['detail-type'] === detailTypes[result!.status] &&
            (event.detail as { execution: string }).execution === arn &&
            (result!.status === 'FAILED' ||
              isDeepStrictEqual(event.detail, (result as { output: unknown }).output)),
        ),
    )
    .map(({ name }) => `${name} is not announced`);
}

/** However often an occurrence of a schedule is delivered, what it asks for is started once. */
function repeatedOccurrences({ executions }: Outcome): string[] {
  const started = executions
    .filter(({ execution, start }) => start === undefined && (isExport(execution) || isBatch(execution)))
    .map(({ execution: { name, stateMachineArn } }) => ({
      name,
      schedule: `${stateMachineArn} ${/^[a-z]+/.exec(name)?.[0]}`,
    }))
    // The exports of batches are numbered.
    .filter(({ name }) => !/-\d{3}-/.test(name));
  return [...Map.groupBy(started, ({ schedule }) => schedule).values()]
    .filter(({ length }) => length > 1)
    .map((same) => `an occurrence is exported more than once: ${same.map(({ name }) => name).join(', ')}`);
}
