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
  return { assembly, stateMachines: loadStateMachines(assembly.stateMachines, functionArns) };
}
