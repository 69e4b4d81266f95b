import { parseArgs } from 'node:util';
import { runVector, type Verdict } from './run-vector.ts';
import { readVectors } from './vector.ts';

const USAGE = 'Usage: npm run conformance -- DIR\n\nRuns the recordings of AWS in DIR and compares.\n';

process.exitCode = await main(process.argv.slice(2));

/** Prints one line for each vector and the totals. Exit code 1: some are wrong; 2: bad usage. */
async function main(args: string[]): Promise<number> {
  const folder = folderIn(args);
  const vectors = folder === undefined ? undefined : await readVectors(folder).catch(() => undefined);
  if (vectors === undefined || vectors.length === 0) {
    if (folder !== undefined) process.stderr.write(`There are no vectors in ${folder}.\n`);
    process.stderr.write(USAGE);
    return 2;
  }
  const verdicts: Verdict[] = [];
  for (const vector of vectors) verdicts.push(await runVector(vector));
  process.stdout.write(tableOf(verdicts));
  return verdicts.some(({ verdict }) => verdict === 'wrong') ? 1 : 0;
}

function folderIn(args: string[]): string | undefined {
  try {
    const { positionals } = parseArgs({ args, allowPositionals: true });
    return positionals.length === 1 ? positionals[0] : undefined;
  } catch {
    return undefined;
  }
}

function tableOf(verdicts: Verdict[]): string {
  const width = Math.max(...verdicts.map(({ name }) => name.length));
  const lines = verdicts.map(({ name, verdict, reason = '' }) =>
    `${name.padEnd(width)}  ${verdict.padEnd(10)}  ${reason}`.trimEnd(),
  );
  const count = (wanted: Verdict['verdict']) => verdicts.filter(({ verdict }) => verdict === wanted).length;
  const totals = `${count('reproduced')} reproduced, ${count('refused')} refused, ${count('wrong')} wrong`;
  return `${[...lines, '', totals].join('\n')}\n`;
}
