import * as z from 'zod';
import { checkList } from '../../lambdas/batch/validate.ts';
import type { ExportInput } from '../../lambdas/request/export-input.ts';
import { withDefaults } from '../../lambdas/request/defaults.ts';
import { checkRequest, isObject } from '../../lambdas/request/validate.ts';
import { exactObject } from '../../lambdas/shared/exact-object.ts';
import { pathText, type Place } from '../../lambdas/shared/problems.ts';
import { contextProblems, duration, like, text } from './fields.ts';
import { expressionProblem } from './schedule-expression.ts';
import { timeZoneProblem } from './time-zone.ts';

const mostWindow = 24 * 60;

/** When which reports of a tenant are exported. What they export is judged by `scheduledExportProblems`. */
export const scheduleSchema = exactObject({
  /** Names the executions as well: lower-case letters, digits and hyphens. */
  name: text(
    like(/^[a-z0-9]([a-z0-9-]{0,28}[a-z0-9])?$/, 'at most 30 lower-case letters, digits and hyphens'),
  ),

  /**
   * `cron(minutes hours day-of-month month day-of-week year)`, `rate(7 days)` or `at(2026-11-02T06:00:00)`, as
   * EventBridge Scheduler takes it.
   */
  expression: text(expressionProblem),

  /**
   * IANA time zone that the expression is in.
   * @default the tenant's
   */
  timeZone: text(timeZoneProblem).optional(),

  /**
   * What is exported.
   * @default the tenant's default export
   */
  export: z.custom<ExportInput>().optional(),

  /** Instead of `export`: several exports, in order. */
  batch: exactObject({
    exports: z.array(z.custom<ExportInput>()).min(1).readonly(),
    skipExisting: z.boolean().optional(),
  }).optional(),

  /**
   * How much later than its time it may begin, at random: so that not everything begins at the same minute.
   * @default not at all
   */
  flexibleWindow: duration((window) => {
    const minutes = window.toMinutes({ integral: false });
    return Number.isInteger(minutes) && minutes >= 1 && minutes <= mostWindow;
  }, 'whole minutes, 1 minute to 24 hours').optional(),

  /**
   * False: paused.
   * @default true
   */
  enabled: z.boolean().optional(),
});

/** A schedule as `bin/config.ts` lists it. */
export type ScheduleSettings = Readonly<z.input<typeof scheduleSchema>>;

/**
 * What is wrong with what a schedule exports. Judged by the rules of the workflow itself: a mistake is better found now
 * than at the first occurrence.
 * @param defaults the tenant's default export
 */
export function scheduledExportProblems(schedule: unknown, defaults: Fields, place: Place): string[] {
  if (!isObject(schedule)) return [];
  const { export: single = {}, batch } = schedule;
  if (batch === undefined) {
    const input = isObject(single) ? withDefaults(single, defaults) : single;
    const at = [...place, 'export'];
    const { problems } = checkRequest(input, at);
    return problems.length > 0 ? problems : contextProblems(single, at);
  }
  if (schedule.export !== undefined) {
    return [`${pathText([...place, 'export'])}: expected either "export" or "batch", found both`];
  }
  if (!isObject(batch) || !Array.isArray(batch.exports)) return [];
  const at = [...place, 'batch', 'exports'];
  const { problems } = checkList(batch.exports, defaults, at);
  return problems.length > 0 ? problems : contextProblems(batch.exports, at);
}

type Fields = Readonly<Record<string, unknown>>;
