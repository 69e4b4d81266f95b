import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import packageJson from '../../package.json' with { type: 'json' };
import { readAssembly } from '../../local/assembly/read-assembly.ts';
import { placeholderDomain, runApp } from '../../local/assembly/synthesise.ts';

/** Keeps the definitions of the version in `package.json`, which executions may run for two weeks after the next one. */
const directory = await mkdtemp(join(tmpdir(), 'lucca-report-export-released-'));
try {
  const app = new URL('../support/app.ts', import.meta.url);
  await runApp(app, { name: 'acme', domain: placeholderDomain, directory });
  const { stateMachines } = await readAssembly(directory);
  const ours = stateMachines.filter(({ arn }) => arn.includes('-acme-'));
  const file = new URL(`${packageJson.version}.json`, import.meta.url);
  await writeFile(
    file,
    `${JSON.stringify(Object.fromEntries(ours.map(({ arn, definition }) => [arn, definition])))}\n`,
  );
  process.stdout.write(`Kept ${ours.length} definitions of version ${packageJson.version}.\n`);
} finally {
  await rm(directory, { recursive: true });
}
