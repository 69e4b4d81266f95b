import * as z from 'zod';
import { formats, templatePayloadSchema } from '../shared/contract.ts';
import { InvalidRequestError } from '../shared/errors.ts';
import { describeIssues, quote } from '../shared/problems.ts';
import { periods } from './period.ts';

/** The input of an execution. Everything but the template is optional. */
const requestSchema = z.strictObject({
  templateId: z.int().positive().optional(),
  template: templatePayloadSchema.optional(),
  startsOn: z.iso.date().optional(),
  endsOn: z.iso.date().optional(),
  period: z.enum(periods).optional(),
  formats: z.array(z.enum(formats)).min(1).optional(),
  /** The instant that `period` is relative to. @default the start of the execution */
  scheduledTime: z.iso.datetime({ offset: true }).optional(),
  /** Step Functions adds it to the input of an execution that another one starts. */
  AWS_STEP_FUNCTIONS_STARTED_BY_EXECUTION_ID: z.string().optional(),
});
export type ExportRequest = z.infer<typeof requestSchema>;

/** The request, or an InvalidRequestError that names every problem with its path. */
export function validateRequest(input: unknown): ExportRequest {
  const parsed = requestSchema.safeParse(input, { reportInput: true });
  const problems = parsed.success ? [] : describeIssues(parsed.error.issues);
  if (isObject(input)) problems.push(...contradictions(input));
  if (problems.length > 0 || !parsed.success) throw new InvalidRequestError(problems);
  return parsed.data;
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Problems between fields, found whatever else is wrong with each of them. */
function contradictions(input: Record<string, unknown>): string[] {
  const given = (name: keyof ExportRequest) => input[name] !== undefined;
  const problems: string[] = [];
  if (given('templateId') === given('template')) {
    const found = given('template') ? 'both' : 'neither';
    problems.push(`templateId: expected either "templateId" or "template", found ${found}`);
  }
  if (given('startsOn') !== given('endsOn')) {
    const missing = given('startsOn') ? 'endsOn' : 'startsOn';
    problems.push(`${missing}: expected both "startsOn" and "endsOn", or neither, but it is missing`);
  }
  if (given('period') && (given('startsOn') || given('endsOn'))) {
    problems.push('period: expected either "period" or dates, found both');
  }
  const { startsOn, endsOn } = input;
  if (isDate(startsOn) && isDate(endsOn) && endsOn < startsOn) {
    problems.push(`endsOn: expected a date not before "startsOn" ${startsOn}, found ${quote(endsOn)}`);
  }
  return [...problems, ...repeatedFormats(input.formats)];
}

const isDate = (value: unknown): value is string => z.iso.date().safeParse(value).success;

function repeatedFormats(given: unknown): string[] {
  if (!Array.isArray(given)) return [];
  return given.flatMap((format: unknown, index) =>
    given.indexOf(format) < index
      ? [`formats[${index}]: expected each format once, found ${quote(format)} again`]
      : [],
  );
}
