import { join } from 'node:path';
import { printable } from '../../lambdas/shared/printable.ts';
import type { StartOptions } from './options.ts';
import { datesText, formatBytes } from './progress.ts';
import type { ExecutionResult, Json } from '../states-language/index.ts';
import { inWordsOfLaptop } from './words.ts';

/** Prints how an export or a batch ended: for people, or as one JSON document on stdout. */
export function printResult(
  result: ExecutionResult,
  { json, out, workflow }: Pick<StartOptions, 'json' | 'out' | 'workflow'>,
): void {
  if (result.status === 'SUCCEEDED') {
    const describe = workflow === 'batch' ? describeBatch : describeOutput;
    print(process.stdout, json ? `${JSON.stringify(result.output)}\n` : describe(result.output, out));
    return;
  }
  const error = result.error ?? result.status;
  const cause = inWordsOfLaptop(
    result.cause ?? (result.status === 'ABORTED' ? 'The export was stopped.' : ''),
    out,
  );
  if (json) print(process.stdout, `${JSON.stringify({ error, cause })}\n`);
  else
    print(
      process.stderr,
      result.status === 'ABORTED' ? `${cause}\n` : `Export failed with ${error}\n${cause}\n`,
    );
}

const print = (stream: NodeJS.WriteStream, text: string) => stream.write(printable(text));

/** The workflow's output, as far as it is shown: see the README for the whole of it. */
interface ExportOutput {
  templateId: number;
  reportId: number;
  startsOn: string | null;
  endsOn: string | null;
  files: { key: string; bytes: number; rows?: number }[];
  manifest: { key: string };
}

/** The output of a batch, likewise. */
interface BatchOutput {
  dryRun: boolean;
  items: {
    startsOn: string | null;
    endsOn: string | null;
    status: 'planned' | 'skipped' | 'exported';
    folder: string | null;
    manifest?: { key: string };
  }[];
}

function describeBatch(output: Json, out: string): string {
  const { dryRun, items } = output as unknown as BatchOutput;
  const count = (status: string) => items.filter((item) => item.status === status).length;
  const skipped = count('skipped');
  const lines = [
    `${dryRun ? 'Would export' : 'Exported'} ${count(dryRun ? 'planned' : 'exported')} of ${items.length}` +
      (skipped === 0 ? ':' : `, ${skipped} skipped:`),
    ...items.map(({ startsOn, endsOn, status, manifest, folder }) => {
      const place = manifest?.key ?? (folder === null ? undefined : `${folder}/`);
      const where = place === undefined ? '' : `, ${join(out, place)}`;
      return `  ${datesText(startsOn, endsOn)}: ${status}${where}`;
    }),
  ];
  return `${lines.join('\n')}\n`;
}

function describeOutput(output: Json, out: string): string {
  const { templateId, reportId, startsOn, endsOn, files, manifest } = output as unknown as ExportOutput;
  const lines = [
    `Exported report ${reportId} of template ${templateId}, ${datesText(startsOn, endsOn)}:`,
    ...files.map(({ key, bytes, rows }) => {
      const size = rows === undefined ? formatBytes(bytes) : `${formatBytes(bytes)}, ${rows} rows`;
      return `  ${join(out, key)} (${size})`;
    }),
    `  ${join(out, manifest.key)}`,
  ];
  return `${lines.join('\n')}\n`;
}
