import { parseArgs } from 'node:util';
import { runVector, type Verdict } from './run-vector.ts';
import { readVectors } from './vector.ts';

const USAGE = `Usage: npm run conformance -- DIR
       npm run conformance -- --aws [--rate CALLS] [--endpoint-url URL]

Compares the interpreter with AWS: with the recordings in DIR, or, with --aws, with what TestState answers about
steps of simulated runs. That takes AWS credentials that may do states:TestState, and deploys nothing.

  --rate CALLS        how many calls begin in a second (default: 1)
  --endpoint-url URL  ask a compatible service instead of AWS
`;

process.exitCode = await main(process.argv.slice(2));

/** Exit code 1: there are differences; 2: bad usage, or AWS can't be asked; 130: stopped. */
async function main(args: string[]): Promise<number> {
  const options = optionsIn(args);
  if (options === undefined) {
    process.stderr.write(USAGE);
    return 2;
  }
  if ('folder' in options) return runVectors(options.folder);
  const { compareWithAws } = await import('./test-state/main.ts');
  return compareWithAws(options);
}

function optionsIn(args: string[]): { folder: string } | { rate: number; endpointUrl?: string } | undefined {
  try {
    const { values, positionals } = parseArgs({
      args,
      allowPositionals: true,
      options: { aws: { type: 'boolean' }, rate: { type: 'string' }, 'endpoint-url': { type: 'string' } },
    });
    const { aws, rate = '1', 'endpoint-url': endpointUrl } = values;
    const [folder] = positionals;
    if (aws !== true) {
      const isAlone = folder !== undefined && positionals.length === 1 && Object.keys(values).length === 0;
      return isAlone ? { folder } : undefined;
    }
    const isUsable =
      folder === undefined && Number(rate) > 0 && (endpointUrl === undefined || URL.canParse(endpointUrl));
    return isUsable ? { rate: Number(rate), ...(endpointUrl !== undefined && { endpointUrl }) } : undefined;
  } catch {
    return undefined;
  }
}

/** Prints one line for each vector and the totals. */
async function runVectors(folder: string): Promise<number> {
  const vectors = await readVectors(folder).catch(() => undefined);
  if (vectors === undefined || vectors.length === 0) {
    process.stderr.write(`There are no vectors in ${folder}.\n${USAGE}`);
    return 2;
  }
  const verdicts: Verdict[] = [];
  for (const vector of vectors) verdicts.push(await runVector(vector));
  process.stdout.write(tableOf(verdicts));
  return verdicts.some(({ verdict }) => verdict === 'wrong') ? 1 : 0;
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
