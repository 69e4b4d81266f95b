import { createHash } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import type { StoredFile } from '../../../lambdas/shared/contract.ts';
import type { Format } from '../../../lambdas/shared/formats.ts';
import { isExport } from './kinds.ts';
import type { ObjectVersion } from '../world/aws/s3.ts';
import type { Outcome } from '../run.ts';
import { type TenantName, tenantNames } from '../scenario.ts';
import type { WatchedReport } from '../world/world.ts';

interface Manifest {
  execution: string;
  tenant: TenantName;
  templateId: number;
  reportId: number;
  startsOn: string | null;
  endsOn: string | null;
  files: StoredFile[];
  simulated: boolean;
  manifest: { key: string };
}

/** What is in the bucket: whole files of the right reports, and manifests that vouch for them. */
export function bucketViolations(outcome: Outcome): string[] {
  const { versions, hasOldVersions } = outcome.remains;
  return [
    ...versions.flatMap((version) => versionViolations(version, outcome)),
    ...outcome.executions.flatMap(({ execution }) => {
      const { name, result } = execution;
      if (!hasOldVersions || result?.status !== 'SUCCEEDED' || !isExport(execution)) return [];
      const output = result.output as unknown as Manifest;
      return outputViolations(output, versions).map((violation) => `${name} ${violation}`);
    }),
  ];
}

/** A successful export's output is also its manifest. */
function outputViolations(output: Manifest, versions: readonly ObjectVersion[]): string[] {
  const stored = versions.some(
    ({ key, bytes }) =>
      key === output.manifest.key && isDeepStrictEqual(JSON.parse(bytes.toString()), output),
  );
  return stored ? [] : ['has another output than any manifest'];
}

function versionViolations(version: ObjectVersion, outcome: Outcome): string[] {
  const { key } = version;
  const tenant = tenantNames.find((name) => key.startsWith(`${name}/`));
  if (tenant === undefined) return [`${key} is outside of the tenants' folders`];
  const found = /\/report\.\w+$/.test(key)
    ? fileViolations(version, tenant, outcome)
    : key.endsWith('/manifest.json')
      ? manifestViolations(version, tenant, outcome)
      : [];
  return found.map((violation) => `${key} (${version.versionId}) ${violation}`);
}

/** A file holds what Lucca served for the report that it names, whole. */
function fileViolations(
  { key, bytes, metadata }: ObjectVersion,
  tenant: TenantName,
  { world, remains }: Outcome,
): string[] {
  const format: Format = key.endsWith('.csv') ? 'csv' : 'excel';
  const reportId = Number(metadata['report-id']);
  const isServed = remains.downloads.some(
    (download) =>
      download.tenant === tenant &&
      download.reportId === reportId &&
      download.format === format &&
      download.bytes.equals(bytes),
  );
  const report = world.luccas[tenant].reports.find(({ id }) => id === reportId);
  return [
    ...(isServed ? [] : [`is not what Lucca served as report ${reportId}`]),
    ...(report !== undefined && isFolderOf(report, tenant, folderOf(key))
      ? []
      : [`is not in the folder of report ${reportId}`]),
  ];
}

function manifestViolations(
  version: ObjectVersion,
  tenant: TenantName,
  { world, remains }: Outcome,
): string[] {
  const manifest = JSON.parse(version.bytes.toString()) as Manifest;
  const { reportId, templateId, startsOn, endsOn, files } = manifest;
  const report = world.luccas[tenant].reports.find(({ id }) => id === reportId);
  const folder = folderOf(version.key);
  const isRight =
    report !== undefined &&
    report.template.id === templateId &&
    isFolderOf(report, tenant, folder) &&
    (startsOn === null ? folder.includes('/default_') : folder.endsWith(`/${startsOn}_${endsOn}`));
  const { versions, hasOldVersions } = remains;
  // Without old versions, a file may have been replaced since.
  const earlier = hasOldVersions ? versions.slice(0, versions.indexOf(version)) : versions;
  const listed = hasOldVersions
    ? files
    : files.filter(({ versionId }) => earlier.some((stored) => stored.versionId === versionId));
  return [
    ...(isRight
      ? []
      : [`is the manifest of another report: ${JSON.stringify({ reportId, templateId, startsOn, endsOn })}`]),
    ...(files.length > 0 ? [] : ['lists no files']),
    // Of the Luccas here, only those over HTTP are on this machine.
    ...(manifest.simulated === !remains.hasOldVersions ? [] : ['tells wrongly whose figures it has']),
    ...listed.flatMap((file) => listedViolations(file, folder, manifest, earlier)),
  ];
}

/** A file that a manifest lists was there before the manifest, and is as the manifest says. */
function listedViolations(
  file: StoredFile,
  folder: string,
  { reportId, execution }: Manifest,
  earlier: readonly ObjectVersion[],
): string[] {
  const stored = earlier.find(({ versionId }) => versionId === file.versionId);
  if (stored === undefined) return [`lists ${file.key}, which isn't there`];
  const { bytes, metadata, key } = stored;
  const extension = file.format === 'csv' ? 'csv' : 'xlsx';
  const isRight =
    key === file.key &&
    key === `${folder}/report.${extension}` &&
    bytes.length === file.bytes &&
    createHash('sha256').update(bytes).digest('hex') === file.sha256 &&
    metadata['report-id'] === String(reportId) &&
    metadata.execution === encodeURI(execution) &&
    file.rows === (file.format === 'csv' ? rowsOf(bytes) : undefined);
  return isRight ? [] : [`lists ${file.key} wrongly: ${JSON.stringify(file)}`];
}

/** Data rows of a CSV, line breaks in quotes aside. */
const rowsOf = (csv: Buffer): number =>
  csv
    .toString()
    .replaceAll(/"[^"]*"/g, '')
    .trimEnd()
    .split('\n').length - 1;

const folderOf = (key: string) => key.slice(0, key.lastIndexOf('/'));

/** A folder is named by the template and the dates, or by the day where the dates are the template's own. */
function isFolderOf({ template, period }: WatchedReport, tenant: TenantName, folder: string): boolean {
  const [dates] = folder.split('/').slice(-1);
  return (
    folder === `${tenant}/template=${template.id}/${dates}` &&
    (dates === `${period.startsOn.toString()}_${period.endsOn.toString()}` ||
      /^default_\d{4}-\d\d-\d\d$/.test(dates!))
  );
}
