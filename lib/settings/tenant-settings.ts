import type { Duration } from 'aws-cdk-lib';
import { checkRequest } from '../../lambdas/request/validate.ts';
import type { ExportInput } from '../../lambdas/request/export-input.ts';
import { longestReportTimeout, shortestReportTimeout } from '../workflows/run-times.ts';
import { isLoopbackDomain, isLuccaDomain } from './lucca-domain.ts';
import { scheduleProblems, type ScheduleSettings } from './schedule-settings.ts';
import { timeZoneProblems } from './time-zone.ts';

/**
 * First folder of the keys where a laptop exports from the built-in simulator. No tenant has it, so that made-up figures
 * are never taken for real ones.
 */
export const simulatorTenant = 'simulator';

/** One company on Lucca, as `bin/config.ts` lists it. */
export interface TenantSettings {
  /** First folder of the tenant's keys in the bucket: lower-case letters, digits and hyphens; not `simulator`. */
  readonly name: string;

  /** Origin of the tenant's Lucca, such as `https://acme.ilucca.net`. */
  readonly domain: string;

  /**
   * IANA time zone in which "yesterday" and "last month" are meant.
   * @default 'Europe/Paris'
   */
  readonly timeZone?: string;

  /**
   * How long Lucca may take to generate a report; after that the export fails with ReportTimedOutError.
   * @default Duration.hours(4)
   */
  readonly reportTimeout?: Duration;

  /**
   * What an execution's input doesn't say: with it, `{}` is an input.
   * @default nothing: every input must name its template
   */
  readonly defaultExport?: ExportInput;

  /**
   * When which reports are exported.
   * @default never: executions are started in another way
   */
  readonly schedules?: readonly ScheduleSettings[];
}

export interface SettingsCheck {
  /** Takes `http://127.0.0.1:PORT` as a domain as well. */
  readonly allowLoopbackDomain: boolean;

  /**
   * Whether a value is only known at deployment: such a one passes.
   * @default none is
   */
  readonly isUnresolved?: (value: unknown) => boolean;
}

/** Something in `bin/config.ts` is wrong. Lists every problem with its place. */
export class InvalidConfigurationError extends Error {
  override readonly name = 'InvalidConfigurationError';

  constructor(problems: readonly string[]) {
    super(['The configuration of the tenants is wrong:', ...problems.map((line) => `- ${line}`)].join('\n'));
  }
}

/** What is wrong with a tenant's settings, the bad value quoted. Values only known at deployment pass. */
export function tenantProblems(
  settings: TenantSettings,
  { allowLoopbackDomain, isUnresolved = () => false }: SettingsCheck,
): string[] {
  const { name, domain, timeZone, reportTimeout, defaultExport, schedules = [] } = settings;
  const problems: string[] = [];
  if (!isUnresolved(name) && !/^[a-z0-9]([a-z0-9-]{0,48}[a-z0-9])?$/.test(name)) {
    problems.push(`name: expected lower-case letters, digits and hyphens, found ${JSON.stringify(name)}`);
  }
  const isStandIn = allowLoopbackDomain && isLoopbackDomain(domain);
  if (name === simulatorTenant && !isStandIn) {
    problems.push(
      `name: expected another one, found ${JSON.stringify(name)}: that is the folder of the built-in simulator`,
    );
  }
  if (!isUnresolved(domain) && !isLuccaDomain(domain) && !isStandIn) {
    problems.push(
      `domain: expected the https origin of a Lucca, such as "https://acme.ilucca.net", found ${JSON.stringify(domain)}`,
    );
  }
  if (!isUnresolved(timeZone)) problems.push(...timeZoneProblems(timeZone));
  if (reportTimeout !== undefined && !isReportTimeout(reportTimeout)) {
    problems.push(
      `reportTimeout: expected whole seconds, ${shortestReportTimeout / 60} minute to ` +
        `${longestReportTimeout / 3600} hours, found ${reportTimeout.toHumanString()}`,
    );
  }
  if (defaultExport !== undefined) problems.push(...checkRequest(defaultExport, ['defaultExport']).problems);
  return [...problems, ...scheduleProblems(schedules, defaultExport)];
}

/** What is wrong with a list of tenants, each problem with its place and the bad value. */
export function configProblems(tenants: readonly TenantSettings[], options: SettingsCheck): string[] {
  if (tenants.length === 0) return ['tenants: expected at least one, found none'];
  return tenants.flatMap((tenant, index) => {
    const problems = tenantProblems(tenant, options);
    if (tenants.findIndex(({ name }) => name === tenant.name) < index) {
      problems.push(
        `name: expected one that no other tenant has, found ${JSON.stringify(tenant.name)} again`,
      );
    }
    return problems.map((problem) => `tenants[${index}].${problem}`);
  });
}

function isReportTimeout(duration: Duration): boolean {
  if (duration.isUnresolved()) return true;
  const seconds = duration.toSeconds({ integral: false });
  return Number.isInteger(seconds) && seconds >= shortestReportTimeout && seconds <= longestReportTimeout;
}
