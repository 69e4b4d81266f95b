import { readdirSync, readFileSync } from 'node:fs';
import { environmentNames } from '../../lambdas/shared/environment.ts';
import type { Assembly } from '../../local/assembly/assembly.ts';
import { readAssembly } from '../../local/assembly/read-assembly.ts';
import { runApp } from '../../local/assembly/synthesise.ts';
import type { StateMachines } from '../../local/aws/step-functions/executions.ts';
import { loadStateMachines } from '../../local/aws/step-functions/step-functions.ts';

/** What all simulations share. */
export interface Prepared {
  assembly: Assembly;
  stateMachines: StateMachines;
  /** With the definitions of the last release, where it is known. */
  released: StateMachines;
}

/** @param options.bundled whether the functions' bundles are needed as well */
export async function synthesiseSimulated(
  directory: string,
  options: { bundled: boolean },
): Promise<Assembly> {
  const configured = options.bundled ? 'bundled' : undefined;
  await runApp(new URL('app.ts', import.meta.url), { name: '', domain: '', configured, directory });
  return readAssembly(directory);
}

const folder = new URL('../released/', import.meta.url);

/** Those of the newest version, by the state machines' ARNs. */
function releasedDefinitions(): Record<string, unknown> {
  const versions = readdirSync(folder).filter((file) => file.endsWith('.json'));
  const newest = versions.toSorted((a, b) => a.localeCompare(b, 'en', { numeric: true })).at(-1)!;
  return JSON.parse(readFileSync(new URL(newest, folder), 'utf8')) as Record<string, unknown>;
}

export function prepare(assembly: Assembly): Prepared {
  process.env[environmentNames.reportBucketName] = assembly.bucketName;
  const functionArns = assembly.functions.map(({ arn }) => arn);
  const definitions = releasedDefinitions();
  const released = assembly.stateMachines.map((machine) => ({
    ...machine,
    definition: definitions[machine.arn] ?? machine.definition,
  }));
  return {
    assembly,
    stateMachines: loadStateMachines(assembly.stateMachines, functionArns),
    released: loadStateMachines(released, functionArns),
  };
}
