import type { Bound, FunctionInput, ResolvedRequest } from '../shared/contract.ts';
import { InvalidRequestError } from '../shared/errors.ts';
import { isLoopbackDomain } from '../shared/lucca-domain.ts';
import { periodFolder } from '../shared/object-keys.ts';
import { type Place, pathText } from '../shared/problems.ts';
import { withDefaults } from './defaults.ts';
import type { ExportRequest } from './export-input.ts';
import { dateIn, resolveLastDays, resolvePeriod } from './period.ts';
import { isObject, validateRequest } from './validate.ts';

/**
 * Validates an execution's input and makes everything relative in it absolute. Calls nobody.
 * @param place where the request stands in a larger input
 */
export function resolveRequest(
  input: Bound<FunctionInput<'resolveRequest'>>,
  place: Place = [],
): ResolvedRequest {
  const given = input.request;
  const request = validateRequest(isObject(given) ? withDefaults(given, input.defaultExport ?? {}) : given);
  const scheduledTime = request.scheduledTime ?? input.executionStartTime;
  const range = dates(request, scheduledTime, input.tenant.timeZone);
  // The template's own period moves with time, so the day of the export keeps its files apart.
  const day = dateIn(scheduledTime, input.tenant.timeZone).toString();
  const folder = range === undefined ? `default_${day}` : `${range.startsOn}_${range.endsOn}`;
  if (!periodFolder.test(folder)) throw outOfCalendar(request, folder, place);
  return {
    templateId: request.templateId ?? null,
    template: request.template ?? null,
    startsOn: range?.startsOn ?? null,
    endsOn: range?.endsOn ?? null,
    scheduledTime,
    simulated: isLoopbackDomain(input.tenant.domain),
    periodFolder: folder,
    formats: request.formats ?? ['csv'],
  };
}

function outOfCalendar({ offset }: ExportRequest, found: string, place: Place): InvalidRequestError {
  const path = pathText([...place, offset === undefined ? 'scheduledTime' : 'offset']);
  return new InvalidRequestError([`${path}: expected days in the years 0000 to 9999, found ${found}`]);
}

function dates(request: ExportRequest, scheduledTime: string, timeZone: string) {
  const { startsOn, endsOn, period, lastDays, offset } = request;
  if (period !== undefined) return resolvePeriod(period, scheduledTime, timeZone, { offset });
  if (lastDays !== undefined) return resolveLastDays(lastDays, scheduledTime, timeZone, { offset });
  return startsOn === undefined || endsOn === undefined ? undefined : { startsOn, endsOn };
}
