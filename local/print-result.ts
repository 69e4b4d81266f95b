import { join } from 'node:path';
import type { StartOptions } from './options.ts';
import { formatBytes } from './progress.ts';
import type { ExecutionResult, Json } from './states-language/index.ts';

/** Prints how an export ended: for people, or as one JSON document on stdout. */
export function printResult(result: ExecutionResult, { json, out }: StartOptions): void {
  if (result.status === 'SUCCEEDED') {
    process.stdout.write(json ? `${JSON.stringify(result.output)}\n` : describeOutput(result.output, out));
    return;
  }
  const error = result.error ?? result.status;
  const cause = result.cause ?? (result.status === 'ABORTED' ? 'The export was stopped.' : '');
  if (json) process.stdout.write(`${JSON.stringify({ error, cause })}\n`);
  else
    process.stderr.write(
      result.status === 'ABORTED' ? `${cause}\n` : `Export failed with ${error}\n${cause}\n`,
    );
}

/** The workflow's output, as far as it is shown: see the README for the whole of it. */
interface ExportOutput {
  templateId: number;
  reportId: number;
  startsOn: string | null;
  endsOn: string | null;
  files: { key: string; bytes: number; rows?: number }[];
  manifest: { key: string };
}

function describeOutput(output: Json, out: string): string {
  const { templateId, reportId, startsOn, endsOn, files, manifest } = output as unknown as ExportOutput;
  const dates = startsOn === null ? "the template's default period" : `${startsOn} to ${endsOn}`;
  const lines = [
    `Exported report ${reportId} of template ${templateId}, ${dates}:`,
    ...files.map(({ key, bytes, rows }) => {
      const size = rows === undefined ? formatBytes(bytes) : `${formatBytes(bytes)}, ${rows} rows`;
      return `  ${join(out, key)} (${size})`;
    }),
    `  ${join(out, manifest.key)}`,
  ];
  return `${lines.join('\n')}\n`;
}
