import { Duration, Token } from 'aws-cdk-lib';
import { checkRequest } from '../../lambdas/request/validate.ts';
import type { ExportInput } from '../../lambdas/shared/contract.ts';
import { isLoopbackDomain, isLuccaDomain } from './lucca-domain.ts';
import { scheduleProblems, type ScheduleSettings } from './schedule-settings.ts';
import { timeZoneProblems } from './time-zone.ts';

/** One company on Lucca, as `bin/config.ts` lists it. */
export interface TenantSettings {
  /** First folder of the tenant's keys in the bucket: lower-case letters, digits and hyphens. */
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

/**
 * Step Functions ends an execution at 25,000 history events. A round of polling takes 10 s and some 9 events, so
 * 6 hours are 2,160 rounds and 19,440 events, which leaves room for retries.
 */
const longestReportTimeout = Duration.hours(6);
const shortestReportTimeout = Duration.minutes(1);

/** What is wrong with a tenant's settings, the bad value quoted. Values only known at deployment pass. */
export function tenantProblems(
  settings: TenantSettings,
  options: { allowLoopbackDomain: boolean },
): string[] {
  const { name, domain, timeZone, reportTimeout, defaultExport, schedules = [] } = settings;
  const problems: string[] = [];
  if (!Token.isUnresolved(name) && !/^[a-z0-9]([a-z0-9-]{0,48}[a-z0-9])?$/.test(name)) {
    problems.push(`name: expected lower-case letters, digits and hyphens, found ${JSON.stringify(name)}`);
  }
  if (
    !Token.isUnresolved(domain) &&
    !isLuccaDomain(domain) &&
    !(options.allowLoopbackDomain && isLoopbackDomain(domain))
  ) {
    problems.push(
      `domain: expected the https origin of a Lucca, such as "https://acme.ilucca.net", found ${JSON.stringify(domain)}`,
    );
  }
  if (!Token.isUnresolved(timeZone)) problems.push(...timeZoneProblems(timeZone));
  if (reportTimeout !== undefined && !isBetween(reportTimeout, shortestReportTimeout, longestReportTimeout)) {
    problems.push(
      `reportTimeout: expected whole seconds, ${shortestReportTimeout.toHumanString()} to ` +
        `${longestReportTimeout.toHumanString()}, found ${reportTimeout.toHumanString()}`,
    );
  }
  if (defaultExport !== undefined) problems.push(...checkRequest(defaultExport, ['defaultExport']).problems);
  return [...problems, ...scheduleProblems(schedules, defaultExport)];
}

/** What is wrong with a list of tenants, each problem with its place and the bad value. */
export function configProblems(
  tenants: readonly TenantSettings[],
  options: { allowLoopbackDomain: boolean },
): string[] {
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

function isBetween(duration: Duration, shortest: Duration, longest: Duration): boolean {
  if (duration.isUnresolved()) return true;
  const seconds = duration.toSeconds({ integral: false });
  return Number.isInteger(seconds) && seconds >= shortest.toSeconds() && seconds <= longest.toSeconds();
}
