import type * as z from 'zod';
import { withDefaults } from '../request/defaults.ts';
import type { ExportRequest } from '../request/export-input.ts';
import { checkRequest, isObject, repeatedFormats, templateProblems } from '../request/validate.ts';
import { mostBatchItems } from '../shared/contract.ts';
import { InvalidRequestError } from '../shared/errors.ts';
import { describeIssues, pathText, type Place, quote } from '../shared/problems.ts';
import { firstDay, lastDay, splitRange } from './backfill.ts';
import { backfillSchema, batchInputSchema, isDateOrMonth } from './batch-input.ts';

export interface BatchRequest {
  exports: ExportRequest[];
  skipExisting: boolean;
  dryRun: boolean;
  scheduledTime?: string;
}

type Fields = Readonly<Record<string, unknown>>;

/** Exports, or else the problems with them. */
interface Checked {
  exports: ExportRequest[];
  problems: string[];
}

/** The batch, a backfill split into its exports, or an InvalidRequestError that names every problem with its path. */
export function validateBatch(input: unknown, defaults: Fields = {}): BatchRequest {
  const parsed = batchInputSchema.safeParse(input, { reportInput: true });
  const { exports, problems: inside } = isObject(input)
    ? checkExports(input, defaults)
    : { exports: [], problems: [] };
  const problems = [...(parsed.success ? [] : describeIssues(parsed.error.issues)), ...inside];
  if (!parsed.success || problems.length > 0) throw new InvalidRequestError(problems);
  const { skipExisting = false, dryRun = false, scheduledTime } = parsed.data;
  return { exports, skipExisting, dryRun, ...(scheduledTime === undefined ? {} : { scheduledTime }) };
}

function checkExports({ exports, backfill }: Fields, defaults: Fields): Checked {
  if ((exports === undefined) === (backfill === undefined)) {
    const found = exports === undefined ? 'neither' : 'both';
    const problem = `exports: expected either "exports" or "backfill", found ${found}`;
    return { exports: [], problems: [problem] };
  }
  if (backfill !== undefined) {
    return checkBackfill(isObject(backfill) ? withDefaults(backfill, defaults, { dated: false }) : backfill);
  }
  return Array.isArray(exports) ? checkList(exports, defaults, ['exports']) : { exports: [], problems: [] };
}

/**
 * The exports of a list, or else their problems.
 * @param place where it stands in a larger input
 */
export function checkList(list: readonly unknown[], defaults: Fields, place: Place): Checked {
  const checked = list.map((request, index) =>
    checkRequest(isObject(request) ? withDefaults(request, defaults) : request, [...place, index]),
  );
  const problems = checked.flatMap((result) => result.problems);
  if (list.length > mostBatchItems) {
    problems.unshift(`${pathText(place)}: ${tooMany(list.length)}: make several batches of them`);
  }
  return { exports: checked.flatMap(({ request }) => request ?? []), problems };
}

function checkBackfill(input: unknown): Checked {
  const place = ['backfill'];
  const parsed = backfillSchema.safeParse(input, { reportInput: true });
  const problems = [
    ...(parsed.success ? [] : describeIssues(parsed.error.issues, place)),
    ...(isObject(input) ? contradictions(input, place) : []),
  ];
  return parsed.success && problems.length === 0 ? split(parsed.data) : { exports: [], problems };
}

const contradictions = (input: Fields, place: Place) => [
  ...backwards(input.from, input.to),
  ...templateProblems(input, place),
  ...repeatedFormats(input.formats, place),
];

function backwards(from: unknown, to: unknown): string[] {
  if (!isDateOrMonth(from) || !isDateOrMonth(to) || firstDay(from) <= lastDay(to)) return [];
  return [`backfill.to: expected a date not before "from" ${quote(from)}, found ${quote(to)}`];
}

function split({ from, to, every, ...what }: z.infer<typeof backfillSchema>): Checked {
  const ranges = splitRange({ startsOn: firstDay(from), endsOn: lastDay(to) }, every, mostBatchItems + 1);
  if (ranges.length <= mostBatchItems) {
    return { exports: ranges.map((dates) => ({ ...what, ...dates })), problems: [] };
  }
  const last = ranges[mostBatchItems - 1]!.endsOn;
  const advice = `end it with ${last} at the latest, or split it into longer periods`;
  return { exports: [], problems: [`backfill: ${tooMany('more')}: ${advice}`] };
}

const tooMany = (found: number | 'more') =>
  `expected at most ${mostBatchItems} exports, as many as one execution has room for, found ${found}`;
