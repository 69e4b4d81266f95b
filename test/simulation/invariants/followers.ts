import { isDeepStrictEqual } from 'node:util';
import type { Execution } from '../../../local/step-functions/step-functions.ts';
import type { Outcome } from '../run.ts';

/** What follows from executions: announcements, batches that tell of their exports, occurrences that happen once. */
export const followerViolations = (outcome: Outcome): string[] =>
  // Whatever may get lost in a storm.
  outcome.scenario.weather.kind === 'storm'
    ? repeatedOccurrences(outcome)
    : [...silentEndings(outcome), ...wrongBatchReports(outcome), ...repeatedOccurrences(outcome)];

const isExport = ({ stateMachineArn }: Execution) => /-TenantWorkflow\w+$/.test(stateMachineArn);
const isBatch = ({ stateMachineArn }: Execution) => /-TenantBatch\w+$/.test(stateMachineArn);

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

interface BatchReport {
  items: { status: 'exported' | 'failed' | 'skipped'; execution?: string }[];
  exported: number;
  failed: number;
}

/** A batch tells what became of each of its exports. */
function wrongBatchReports({ executions, remains }: Outcome): string[] {
  const statusOf = new Map(executions.map(({ execution: { name, result } }) => [name, result?.status]));
  return executions.flatMap(({ execution }) => {
    const object = remains.versions.findLast(({ key }) => key.endsWith(`/batches/${execution.name}.json`));
    if (!isBatch(execution) || object === undefined) return [];
    const { items, exported, failed } = JSON.parse(object.bytes.toString()) as BatchReport;
    const isRight =
      items.every(
        ({ status, execution: child = '' }) =>
          status === 'skipped' || (status === 'exported') === (statusOf.get(child) === 'SUCCEEDED'),
      ) &&
      exported === items.filter(({ status }) => status === 'exported').length &&
      (failed === 0) === (execution.result?.status === 'SUCCEEDED');
    return isRight ? [] : [`${execution.name} tells wrongly of its exports: ${JSON.stringify(items)}`];
  });
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
