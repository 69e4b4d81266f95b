import * as z from 'zod';
import { addedOnTheWay, formatList, longestInstant, templateFields } from '../request/export-input.ts';
import { exactObject } from '../shared/exact-object.ts';
import { quote } from '../shared/problems.ts';
import { everyUnit, firstDay } from './backfill.ts';

/** A date, or a month that stands for its first or last day. */
export const isDateOrMonth = (value: unknown): value is string =>
  typeof value === 'string' && z.iso.date().safeParse(firstDay(value)).success;

const dateOrMonth = z.string().refine(isDateOrMonth, {
  error: ({ input }) =>
    `expected a date such as "2026-01-01" or a month such as "2026-01", found ${quote(input)}`,
});

/** A backfill: a range of days, split into exports. */
export const backfillSchema = exactObject({
  from: dateOrMonth,
  /** Included. */
  to: dateOrMonth,
  every: z.enum(everyUnit),
  ...templateFields,
  formats: formatList.optional(),
});

/** The input of a batch: a list of exports, or a backfill. */
export const batchInputSchema = exactObject({
  /** Inputs of exports, judged one by one: see `validate.ts`. */
  exports: z.array(z.unknown()).min(1).optional(),
  backfill: z.unknown().optional(),
  skipExisting: z.boolean().optional(),
  dryRun: z.boolean().optional(),
  /** The instant that the exports' periods are relative to. @default the start of the batch */
  scheduledTime: z.iso.datetime({ offset: true }).max(longestInstant).optional(),
  ...addedOnTheWay,
});
