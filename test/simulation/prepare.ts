import { environmentNames } from '../../lambdas/shared/environment.ts';
import type { Assembly } from '../../local/assembly/read-assembly.ts';
import { isItemResource } from '../../local/aws/step-functions/integrations/dynamodb.ts';
import { putObjectResource } from '../../local/aws/step-functions/integrations/s3.ts';
import { synthesise } from '../../local/assembly/synthesise.ts';
import type { StateMachine } from '../../local/states-language/index.ts';
import { loadStateMachines } from '../../local/aws/step-functions/step-functions.ts';

/** What all simulations share. */
export interface Prepared {
  assembly: Assembly;
  stateMachines: ReadonlyMap<string, StateMachine>;
}

/** @param options.bundled whether the functions' bundles are needed as well */
export const synthesiseSimulated = (directory: string, options: { bundled: boolean }): Promise<Assembly> =>
  synthesise({ name: '', domain: '', configured: options.bundled ? 'bundled' : '' }, directory, {
    app: new URL('app.ts', import.meta.url),
  });

export function prepare(assembly: Assembly): Prepared {
  const functions = new Set(assembly.functions.map(({ arn }) => arn));
  const isSupported = (resource: string) =>
    resource === putObjectResource || isItemResource(resource) || functions.has(resource);
  process.env[environmentNames.reportBucketName] = assembly.bucketName;
  return { assembly, stateMachines: loadStateMachines(assembly.stateMachines, isSupported) };
}
