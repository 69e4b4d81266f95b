import type { Duration } from 'aws-cdk-lib';
import * as z from 'zod';
import type { ExportInput } from '../../lambdas/request/export-input.ts';
import { checkRequest, isObject } from '../../lambdas/request/validate.ts';
import { exactObject } from '../../lambdas/shared/exact-object.ts';
import { isLoopbackDomain, isLuccaDomain } from '../../lambdas/shared/lucca-domain.ts';
import { listed, printable } from '../../lambdas/shared/printable.ts';
import { tenantName } from '../../lambdas/shared/tenant-name.ts';
import { describeIssues, type Place, quote } from '../../lambdas/shared/problems.ts';
import { longestReportTimeout, shortestReportTimeout } from '../workflows/run-times.ts';
import { alarmProblems, type AlarmSettings } from './alarm-settings.ts';
import { duration, like, repeatedNames, text, type TextRule, unresolvedProblems } from './fields.ts';
import { scheduledExportProblems, scheduleSchema } from './schedule-settings.ts';
import { timeZoneProblem } from './time-zone.ts';

/**
 * First folder of the keys where a laptop exports from the built-in simulator. No tenant has it, so that made-up figures
 * are never taken for real ones.
 */
export const simulatorTenant = 'simulator';

export interface SettingsCheck {
  /** Takes `http://127.0.0.1:PORT` as a domain as well. */
  readonly allowLoopbackDomain: boolean;

  /**
   * Whether a value is only known at deployment: such a one passes.
   * @default none is
   */
  readonly isUnresolved?: (value: unknown) => boolean;
}

const principalProblem = like(
  /^arn:aws[a-z-]*:iam::\d{12}:(role|user)\/[\w+=,.@/-]+$/,
  'the ARN of an IAM role or user, such as "arn:aws:iam::123456789012:role/Administrators"',
);

export const nameProblem = like(tenantName, 'at most 50 lower-case letters, digits and hyphens');

const secretProblem = like(
  /^arn:aws[a-z-]*:secretsmanager:[a-z0-9-]+:\d{12}:secret:[\w/+=.@-]+-[A-Za-z0-9]{6}$/,
  'the whole ARN of a secret, such as "arn:aws:secretsmanager:eu-west-3:123456789012:secret:lucca-AbCdEf"',
);

/** The settings of a tenant. What is exported is judged by `tenantProblems`. */
function tenantSchema({ allowLoopbackDomain, isUnresolved = () => false }: SettingsCheck) {
  const known = (rule: TextRule) => text((value) => (isUnresolved(value) ? undefined : rule(value)));
  return exactObject({
    /** First folder of the tenant's keys in the bucket: at most 50 lower-case letters, digits and hyphens. */
    name: text((name) =>
      name === simulatorTenant && !allowLoopbackDomain
        ? `expected another name, found ${quote(name)}: that is the folder of the built-in simulator`
        : nameProblem(name),
    ),

    /** Origin of the tenant's Lucca, such as `https://acme.ilucca.net`. */
    domain: known((domain) =>
      isLuccaDomain(domain) || (allowLoopbackDomain && isLoopbackDomain(domain))
        ? undefined
        : `expected the https origin of a Lucca, such as "https://acme.ilucca.net", found ${quote(domain)}`,
    ),

    /**
     * IANA time zone in which "yesterday" and "last month" are meant.
     * @default 'Europe/Paris'
     */
    timeZone: known(timeZoneProblem).optional(),

    /**
     * How long Lucca may take to generate a report; after that the export fails with ReportTimedOutError.
     * @default Duration.hours(4)
     */
    reportTimeout: duration(
      isReportTimeout,
      `whole seconds, ${shortestReportTimeout / 60} minute to ${longestReportTimeout / 3600} hours`,
    ).optional(),

    /**
     * What an execution's input doesn't say: with it, `{}` is an input.
     * @default nothing: every input must name its template
     */
    defaultExport: z.custom<ExportInput>().optional(),

    /**
     * Who may read the API key besides the functions, by the ARNs of IAM roles or users: for emergencies.
     * @default nobody
     */
    secretReaders: z.array(known(principalProblem)).readonly().optional(),

    /**
     * The secret that holds the API key already, by its ARN: one that was kept when the tenant was removed, or that is
     * managed elsewhere.
     * @default a secret is created, with a placeholder
     */
    apiKeySecretArn: known(secretProblem).optional(),

    /**
     * Who is told when something goes wrong.
     * @default who is told of all tenants
     */
    alarms: z.custom<AlarmSettings>().optional(),

    /**
     * When which reports are exported.
     * @default never: executions are started in another way
     */
    schedules: z.array(scheduleSchema).readonly().optional(),
  });
}

/** One company on Lucca, as `bin/config.ts` lists it. */
export type TenantSettings = Readonly<z.input<ReturnType<typeof tenantSchema>>>;

function isReportTimeout(duration: Duration): boolean {
  if (duration.isUnresolved()) return true;
  const seconds = duration.toSeconds({ integral: false });
  return Number.isInteger(seconds) && seconds >= shortestReportTimeout && seconds <= longestReportTimeout;
}

/** Something in `bin/config.ts` is wrong. Lists every problem with its place. */
export class InvalidConfigurationError extends Error {
  override readonly name = 'InvalidConfigurationError';

  constructor(problems: readonly string[]) {
    super(printable(listed('The configuration of the tenants is wrong:', problems)));
  }
}

/**
 * What is wrong with the settings of a tenant, each problem with its place and the bad value. Props of a construct may
 * have other fields.
 */
export function tenantProblems(settings: TenantSettings, options: SettingsCheck): string[] {
  const problems = problemsOf(tenantSchema(options).strip(), settings, []);
  const { isUnresolved } = options;
  if (problems.length > 0 || isUnresolved === undefined) return problems;
  const { defaultExport, schedules = [] } = settings;
  return [
    ...unresolvedProblems(defaultExport, ['defaultExport'], isUnresolved),
    ...schedules.flatMap((schedule, index) =>
      unresolvedProblems(schedule.export ?? schedule.batch, ['schedules', index], isUnresolved),
    ),
  ];
}

/**
 * What is wrong with a list of tenants, each problem with its place and the bad value.
 * @param alarms who is told of all tenants, and of what they share
 */
export function configProblems(
  { tenants, alarms }: { tenants: unknown; alarms?: unknown },
  options: SettingsCheck,
): string[] {
  if (!Array.isArray(tenants) || tenants.length === 0) {
    return [`tenants: expected at least one in a list, found ${quote(tenants)}`];
  }
  const schema = tenantSchema(options);
  return [
    ...alarmProblems(alarms, ['alarms']),
    // A hole in the list is no tenant either.
    ...[...tenants].flatMap((tenant, index) => problemsOf(schema, tenant, ['tenants', index])),
    ...repeatedNames(tenants, 'tenant', ['tenants']),
    // Its policy lets the functions of one tenant in.
    ...repeatedNames(tenants, 'tenant', ['tenants'], 'apiKeySecretArn'),
  ];
}

/** What is wrong with the list of those who may read the bucket. */
export const readerProblems = (reportReaders: unknown): string[] =>
  problemsOf(z.array(text(principalProblem)).optional(), reportReaders, ['reportReaders']);

const stackNameProblem = like(
  /^[A-Za-z][A-Za-z0-9]{0,20}$/,
  'at most 21 letters and digits, the first one a letter',
);

/** What is wrong with the name of the stack that tenants share: names of state machines have to have room for it. */
export const stackNameProblems = (stackName: unknown): string[] =>
  problemsOf(text(stackNameProblem), stackName, ['stackName']);

function problemsOf(schema: z.ZodType, tenant: unknown, place: Place): string[] {
  const parsed = schema.safeParse(tenant, { reportInput: true });
  const problems = parsed.success ? [] : describeIssues(parsed.error.issues, place);
  if (!isObject(tenant)) return problems;
  const { defaultExport, schedules, alarms } = tenant;
  if (alarms !== undefined) problems.push(...alarmProblems(alarms, [...place, 'alarms']));
  if (defaultExport !== undefined) {
    const at = [...place, 'defaultExport'];
    problems.push(...checkRequest(defaultExport, at).problems);
  }
  if (!Array.isArray(schedules)) return problems;
  const defaults = isObject(defaultExport) ? defaultExport : {};
  const inSchedules = [...place, 'schedules'];
  return [
    ...problems,
    ...schedules.flatMap((schedule, index) =>
      scheduledExportProblems(schedule, defaults, [...inSchedules, index]),
    ),
    ...repeatedNames(schedules, 'schedule', inSchedules),
  ];
}
