import { simulatorTenant, type TenantSettings } from '../../lib/settings/tenant-settings.ts';
import type { Json } from '../states-language/index.ts';
import type { Flags } from './flags.ts';
import { configuredTenant, type Fail, luccaTarget, type LuccaTarget } from './lucca-target.ts';

/** What one `npm start` is asked to do. */
export interface StartOptions {
  /** Which of the tenant's state machines to run. */
  workflow: 'export' | 'batch';
  /** The state machine's input. */
  input: Json;
  /** Directory that stands for the bucket. */
  out: string;
  json: boolean;
  /** Only tells what would be exported; calls nobody. */
  explain: boolean;
  /** The tenant of `bin/config.ts` whose settings are used: the first one unless another is named. */
  settings: TenantSettings;
  /** First folder of the keys. */
  tenant: string;
  /** The Lucca to call; undefined: the built-in simulator. */
  lucca?: LuccaTarget;
}

/** The report template that the simulator knows: the example of Lucca's guide. */
const exampleTemplateId = 42;

/** What the flags ask for, given the tenants of the configuration and the environment. */
export function readOptions(
  flags: Flags,
  tenants: readonly TenantSettings[],
  environment: NodeJS.ProcessEnv,
  fail: Fail,
): StartOptions {
  const tenant = flags.tenant === undefined ? undefined : configuredTenant(flags.tenant, tenants, fail);
  const explain = flags.explain ?? false;
  const lucca = luccaTarget(environment, tenant, !explain, fail);
  return {
    ...workflowOf(flags, lucca === undefined),
    out: flags.out,
    json: flags.json ?? false,
    explain,
    settings: tenant ?? tenants[0]!,
    tenant: lucca?.tenant ?? simulatorTenant,
    ...(lucca === undefined ? {} : { lucca }),
  };
}

/**
 * What the state machine is to be given.
 * @param exampleByDefault takes the simulator's template where none is named
 */
function workflowOf(flags: Flags, exampleByDefault: boolean): Pick<StartOptions, 'workflow' | 'input'> {
  if (flags.batch !== undefined) return { workflow: 'batch', input: flags.batch };
  if (flags.input !== undefined) return { workflow: 'export', input: flags.input };
  const { template, templateFile, startsOn, endsOn, period, lastDays, offset, scheduledTime } = flags;
  const { format, backfill } = flags;
  const example = exampleByDefault && template === undefined && templateFile === undefined;
  const dated = [startsOn, endsOn, period, lastDays].some((flag) => flag !== undefined);
  const what = {
    templateId: example ? exampleTemplateId : template,
    template: templateFile,
    formats: example && format === undefined ? ['csv', 'excel'] : format,
  };
  if (backfill === undefined) {
    const dates = {
      startsOn,
      endsOn,
      lastDays,
      period: example && !dated ? 'previousMonth' : period,
      offset,
    };
    return { workflow: 'export', input: asJson({ ...what, ...dates, scheduledTime }) };
  }
  const { every = 'month', skipExisting, dryRun } = flags;
  return {
    workflow: 'batch',
    input: asJson({ backfill: { ...backfill, every, ...what }, skipExisting, dryRun }),
  };
}

/** Without the fields that aren't there. */
const asJson = (value: object) => JSON.parse(JSON.stringify(value)) as Json;
