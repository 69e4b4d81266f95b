import type { Duration } from 'aws-cdk-lib';
import { checkBatch } from '../../lambdas/batch/validate.ts';
import { withDefaults } from '../../lambdas/request/defaults.ts';
import { checkRequest } from '../../lambdas/request/validate.ts';
import type { ExportInput } from '../../lambdas/request/export-input.ts';
import type { BatchInput } from '../../lambdas/batch/batch-input.ts';
import { expressionProblem } from './schedule-expression.ts';
import { timeZoneProblems } from './time-zone.ts';

/** When which reports of a tenant are exported, as `bin/config.ts` lists it. */
export interface ScheduleSettings {
  /** Names the executions as well: lower-case letters, digits and hyphens. */
  readonly name: string;

  /** `cron(minutes hours day-of-month month day-of-week year)` or `rate(7 days)`, as EventBridge Scheduler takes it. */
  readonly expression: string;

  /**
   * IANA time zone that a cron expression is in.
   * @default the tenant's
   */
  readonly timeZone?: string;

  /**
   * What is exported.
   * @default the tenant's default export
   */
  readonly export?: ExportInput;

  /** Instead of `export`: several exports, in order. */
  readonly batch?: Omit<BatchInput, 'dryRun'>;

  /**
   * How much later than its time it may begin, at random: so that not everything begins at the same minute.
   * @default not at all
   */
  readonly flexibleWindow?: Duration;

  /**
   * False: paused.
   * @default true
   */
  readonly enabled?: boolean;
}

/** What is wrong with a tenant's schedules, each problem with its place and the bad value. */
export function scheduleProblems(
  schedules: readonly ScheduleSettings[],
  defaultExport: ExportInput | undefined,
): string[] {
  return schedules.flatMap((schedule, index) => {
    const problems = [...formProblems(schedule), ...inputProblems(schedule, defaultExport)];
    if (schedules.findIndex(({ name }) => name === schedule.name) < index) {
      problems.push(
        `name: expected one that no other schedule has, found ${JSON.stringify(schedule.name)} again`,
      );
    }
    return problems.map((problem) => `schedules[${index}].${problem}`);
  });
}

function formProblems({ name, expression, timeZone, flexibleWindow }: ScheduleSettings): string[] {
  const problems: string[] = [];
  if (!/^[a-z0-9]([a-z0-9-]{0,28}[a-z0-9])?$/.test(name)) {
    problems.push(
      `name: expected at most 30 lower-case letters, digits and hyphens, found ${JSON.stringify(name)}`,
    );
  }
  const badExpression = expressionProblem(expression);
  if (badExpression !== undefined) problems.push(`expression: ${badExpression}`);
  problems.push(...timeZoneProblems(timeZone));
  const minutes = flexibleWindow?.toMinutes({ integral: false });
  if (minutes !== undefined && !(Number.isInteger(minutes) && minutes >= 1 && minutes <= 1440)) {
    problems.push(
      `flexibleWindow: expected whole minutes, 1 minute to 24 hours, found ${flexibleWindow!.toHumanString()}`,
    );
  }
  return problems;
}

/** Judged by the rules of the workflow itself: a mistake is better found now than at the first occurrence. */
function inputProblems(
  { export: single, batch }: ScheduleSettings,
  defaultExport: ExportInput = {},
): string[] {
  if (single !== undefined && batch !== undefined)
    return ['export: expected either "export" or "batch", found both'];
  const defaults = defaultExport as Record<string, unknown>;
  if (batch === undefined) {
    return checkRequest(withDefaults(single ?? {}, defaults), ['export']).problems;
  }
  return checkBatch(batch, defaults).problems.map((problem) => `batch.${problem}`);
}
