import * as z from 'zod';
import { exactObject } from '../shared/exact-object.ts';
import { formatNames } from '../shared/formats.ts';
import { templateSchema } from '../shared/template-payload.ts';
import { periods } from './period.ts';

/** Ten years, as a bound that no report needs. */
const longestLastDays = 3_660;
const mostOffset = 1_000;

/** With digits enough for the picoseconds that nobody needs. */
export const longestInstant = 40;

/** More than any of an execution has. */
const longestArn = 2_048;

/** As long as the name of an execution may be. */
const longestName = 80;

/** Fields that a backfill has as well. */
export const templateFields = {
  templateId: z.int().positive().optional(),
  template: templateSchema.optional(),
};
export const formatList = z.array(z.enum(formatNames)).min(1);

/** What an input gets on its way, and nobody writes. */
export const addedOnTheWay = {
  /** By whoever starts an execution from another one, for the console to link them. */
  AWS_STEP_FUNCTIONS_STARTED_BY_EXECUTION_ID: z.string().max(longestArn).optional(),
  /** Name of the schedule that has started it. */
  schedule: z.string().max(longestName).optional(),
  /** Name of the execution of the batch that it is a part of. */
  batch: z.string().max(longestName).optional(),
};

/** The fields of an export's input, as people write it; the README says what they mean. */
const exportFields = {
  ...templateFields,
  startsOn: z.iso.date().optional(),
  endsOn: z.iso.date().optional(),
  period: z.enum(periods).optional(),
  /** Instead of a period: so many days, of which the last one is yesterday. */
  lastDays: z.int().min(1).max(longestLastDays).optional(),
  /** So many periods, or times `lastDays` days, further back. @default 0 */
  offset: z.int().min(0).max(mostOffset).optional(),
  formats: formatList.optional(),
  /** The instant that `period` and `lastDays` are relative to. @default the start of the execution */
  scheduledTime: z.iso.datetime({ offset: true }).max(longestInstant).optional(),
};

/** The input of an execution. Everything but the template is optional. */
export const exportInputSchema = exactObject({ ...exportFields, ...addedOnTheWay });

/** The input of an export once it was validated. */
export type ExportRequest = z.output<typeof exportInputSchema>;

/** The input of an export as it is configured. What fits together is judged by `validate.ts`. */
export type ExportInput = ReadonlyLists<Partial<z.input<z.ZodObject<typeof exportFields>>>>;

type ReadonlyLists<Fields> = {
  readonly [Name in keyof Fields]: Fields[Name] extends (infer Entry)[] | undefined
    ? readonly Entry[] | undefined
    : Fields[Name];
};
