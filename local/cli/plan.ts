import { readFile, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { planBatch } from '../../lambdas/batch/plan.ts';
import { resolveRequest } from '../../lambdas/request/resolve.ts';
import { type Bound, type FunctionInput, outputVersion } from '../../lambdas/shared/contract.ts';
import { defaultTimeZone } from '../../lib/settings/time-zone.ts';
import { reportBucketName } from '../assembly/cloud-formation.ts';
import { refuseLinks } from '../links.ts';
import type { Json } from '../states-language/index.ts';
import type { StartOptions } from './options.ts';

/** Like that of the simulator, which isn't there yet. */
const simulatorDomain = 'http://127.0.0.1:0';

/** The tenant and the input as the workflow hands them to its functions. */
function functionInput(
  { settings, tenant, input, lucca }: StartOptions,
  now: number,
): Bound<FunctionInput<'resolveRequest'>> {
  const { timeZone = defaultTimeZone, defaultExport = {} } = settings;
  const { domain } = lucca ?? { domain: simulatorDomain };
  return {
    tenant: { name: tenant, domain, timeZone, apiKeySecretArn: '' },
    request: input,
    defaultExport,
    executionStartTime: new Date(now).toISOString(),
  };
}

/**
 * Judges an input by the code that the workflow's functions run, before anything is started.
 * @throws InvalidRequestError
 */
export async function checkInput(options: StartOptions, name: string, now: number): Promise<void> {
  if (options.workflow === 'export') resolveRequest(functionInput(options, now));
  else await plan(options, name, now);
}

/**
 * What would be exported, in the form in which a dry run of a batch tells it. Calls nobody.
 * @throws InvalidRequestError
 */
export async function explain(options: StartOptions, name: string, now: number): Promise<Json> {
  const { input, workflow } = options;
  const batch = workflow === 'export' ? { ...options, input: { exports: [input] } } : options;
  const { items, simulated } = (await plan(batch, name, now)).plan;
  const output = {
    version: outputVersion,
    tenant: options.tenant,
    dryRun: true,
    simulated,
    items: items.map(({ outcome }) => outcome),
  };
  return output;
}

const plan = (options: StartOptions, executionName: string, now: number) =>
  planBatch({ ...functionInput(options, now), executionName }, reportBucketName, (key) =>
    readObject(resolve(options.out), key).catch(() => undefined),
  );

/** Only what an export has written there: whatever else has the name may lead elsewhere, or never end. */
async function readObject(directory: string, key: string): Promise<string | undefined> {
  const path = join(directory, key);
  refuseLinks(directory, path);
  const found = await stat(path);
  return found.isFile() ? readFile(path, 'utf8') : undefined;
}
