import * as z from 'zod';
import { InvalidRequestError } from '../shared/errors.ts';
import { describeIssues, pathText, type Place, quote } from '../shared/problems.ts';
import { exportInputSchema, type ExportRequest } from './export-input.ts';

/** The request, or an InvalidRequestError that names every problem with its path. */
export function validateRequest(input: unknown): ExportRequest {
  const { request, problems } = checkRequest(input);
  if (request === undefined) throw new InvalidRequestError(problems);
  return request;
}

/**
 * The request, or else its problems.
 * @param place where it stands in a larger input
 */
export function checkRequest(
  input: unknown,
  place: Place = [],
): { request?: ExportRequest; problems: string[] } {
  const parsed = exportInputSchema.safeParse(input, { reportInput: true });
  const problems = [
    ...(parsed.success ? [] : describeIssues(parsed.error.issues, place)),
    ...(isObject(input) ? contradictions(input, place) : []),
  ];
  return parsed.success && problems.length === 0 ? { request: parsed.data, problems } : { problems };
}

export const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Problems between fields, found whatever else is wrong with each of them. */
function contradictions(input: Record<string, unknown>, place: Place): string[] {
  const given = (name: keyof ExportRequest) => input[name] !== undefined;
  const at = (name: keyof ExportRequest) => pathText([...place, name]);
  const problems = templateProblems(input, place);
  if (given('startsOn') !== given('endsOn')) {
    const missing = given('startsOn') ? 'endsOn' : 'startsOn';
    problems.push(`${at(missing)}: expected both "startsOn" and "endsOn", or neither, but it is missing`);
  }
  for (const name of ['period', 'lastDays'] as const) {
    if (!given(name) || !(given('startsOn') || given('endsOn'))) continue;
    problems.push(`${at(name)}: expected either "${name}" or dates, found both`);
  }
  if (given('period') && given('lastDays')) {
    problems.push(`${at('lastDays')}: expected either "period" or "lastDays", found both`);
  }
  if (given('offset') && !given('period') && !given('lastDays')) {
    problems.push(`${at('offset')}: expected it with "period" or "lastDays", found neither`);
  }
  const { startsOn, endsOn } = input;
  if (isDate(startsOn) && isDate(endsOn) && endsOn < startsOn) {
    problems.push(
      `${at('endsOn')}: expected a date not before "startsOn" ${startsOn}, found ${quote(endsOn)}`,
    );
  }
  return [...problems, ...repeatedFormats(input.formats, place)];
}

const isDate = (value: unknown): value is string => z.iso.date().safeParse(value).success;

/** A template is given by its id or as a payload: one of them, not both. */
export function templateProblems(input: Readonly<Record<string, unknown>>, place: Place): string[] {
  const given = (name: string) => input[name] !== undefined;
  if (given('templateId') !== given('template')) return [];
  const found = given('template') ? 'both' : 'neither';
  return [
    `${pathText([...place, 'templateId'])}: expected either "templateId" or "template", found ${found}`,
  ];
}

export function repeatedFormats(given: unknown, place: Place): string[] {
  if (!Array.isArray(given)) return [];
  const seen = new Set<unknown>();
  return given.flatMap((format: unknown, index) =>
    seen.size === seen.add(format).size
      ? [`${pathText([...place, 'formats', index])}: expected each format once, found ${quote(format)} again`]
      : [],
  );
}
