import { environmentNames } from '../../lambdas/shared/environment.ts';
import type { Assembly } from '../../local/assembly/assembly.ts';
import { readAssembly } from '../../local/assembly/read-assembly.ts';
import { runApp } from '../../local/assembly/synthesise.ts';
import type { StateMachines } from '../../local/aws/step-functions/executions.ts';
import { definitionsOf, releasedVersions } from '../released/definitions.ts';
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

export function prepare(assembly: Assembly): Prepared {
  process.env[environmentNames.reportBucketName] = assembly.bucketName;
  const functionArns = assembly.functions.map(({ arn }) => arn);
  const definitions = definitionsOf(releasedVersions.at(-1)!);
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
