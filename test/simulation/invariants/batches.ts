import type { StoredFile } from '../../../lambdas/shared/contract.ts';
import type { Execution } from '../../../local/aws/step-functions/step-functions.ts';
import type { ObjectVersion } from '../world/aws/s3.ts';
import type { Outcome } from '../run.ts';
import type { Start } from '../scenario.ts';
import { isBatch } from './kinds.ts';

interface BatchReport {
  items: { status: 'exported' | 'failed' | 'skipped'; execution?: string; manifest?: { key: string } }[];
  exported: number;
  failed: number;
}

/** Batches make their exports one after the other, leave out what they should, and tell what became of each. */
export const batchViolations = (outcome: Outcome): string[] =>
  outcome.executions
    .filter(({ execution }) => isBatch(execution))
    .flatMap(({ execution, start }) => {
      const children = childrenOf(execution, outcome);
      return [
        ...reportViolations(execution, start, outcome),
        ...(isDryRun(start) && children.length > 0 ? ['is a dry run, and exports'] : []),
        ...(outcome.scenario.weather.kind === 'calm' && overlap(children)
          ? ['makes exports at the same time']
          : []),
      ].map((violation) => `${execution.name} ${violation}`);
    });

/** Numbered after the batch. */
const childrenOf = ({ name }: Execution, { executions }: Outcome): Execution[] =>
  executions
    .map(({ execution }) => execution)
    .filter((child) => child.name.startsWith(`${name}-`) && /^-\d{3}-/.test(child.name.slice(name.length)));

const inputOf = (start: Start | undefined) =>
  (start?.input ?? {}) as { dryRun?: boolean; skipExisting?: boolean; backfill?: { formats?: string[] } };
const isDryRun = (start: Start | undefined) => inputOf(start).dryRun === true;

const overlap = (executions: Execution[]) =>
  executions.some(({ startedAt }, index) => {
    const before = executions[index - 1];
    return before !== undefined && before.redriveCount === 0 && startedAt < before.stoppedAt!;
  });

function reportViolations(
  execution: Execution,
  start: Start | undefined,
  { scenario, executions, remains }: Outcome,
): string[] {
  const object = remains.versions.findLast(({ key }) => key.endsWith(`/batches/${execution.name}.json`));
  if (object === undefined || execution.result?.status === 'ABORTED') return [];
  const report = JSON.parse(object.bytes.toString()) as BatchReport;
  const exportOf = new Map(executions.map(({ execution: each }) => [each.name, each]));
  const isTrue = ({ status, execution: child = '' }: BatchReport['items'][number]) => {
    const succeeded = exportOf.get(child)?.result?.status === 'SUCCEEDED';
    const isRedriven = (exportOf.get(child)?.redriveCount ?? 0) > 0;
    // In a storm, nobody may learn of an export that succeeded; nor if it does when the batch is over.
    return status === 'exported'
      ? succeeded
      : status === 'skipped' || !succeeded || isRedriven || scenario.weather.kind === 'storm';
  };
  const isRight =
    report.items.every(isTrue) &&
    report.exported === report.items.filter(({ status }) => status === 'exported').length &&
    report.failed === report.items.filter(({ status }) => status === 'failed').length &&
    (report.failed === 0) === (execution.result?.status === 'SUCCEEDED');
  return [
    ...(isRight ? [] : [`tells wrongly of its exports: ${JSON.stringify(report.items)}`]),
    ...(inputOf(start).skipExisting === true && remains.hasOldVersions
      ? repeatedExports(report, execution, start, remains.versions)
      : []),
  ];
}

interface Manifest {
  files: StoredFile[];
  exportedAt: string;
  endsOn: string | null;
}

/** Exports of what a manifest from before the batch has already, in all formats. */
function repeatedExports(
  { items }: BatchReport,
  { startedAt }: Execution,
  start: Start | undefined,
  versions: readonly ObjectVersion[],
): string[] {
  const { formats } = inputOf(start).backfill ?? {};
  if (formats === undefined) return [];
  const hasAll = ({ bytes }: ObjectVersion) => {
    const { files, exportedAt, endsOn } = JSON.parse(bytes.toString()) as Manifest;
    // Later anywhere in the world, and so in the tenant's zone.
    const wasOver = endsOn === null || Date.parse(exportedAt) > Date.parse(endsOn) + 36 * 3_600_000;
    return wasOver && formats.every((format) => files.some((file) => file.format === format));
  };
  return items
    .filter(({ status, manifest }) => {
      const before = versions.findLast(({ key, at }) => key === manifest?.key && at < startedAt);
      return status === 'exported' && before !== undefined && hasAll(before);
    })
    .map(({ manifest }) => `exports again what ${manifest!.key} has`);
}
