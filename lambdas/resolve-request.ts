import type * as z from 'zod';
import { dateIn, resolveLastDays, resolvePeriod } from './request/period.ts';
import { withDefaults } from './request/defaults.ts';
import { type ExportRequest, isObject, validateRequest } from './request/validate.ts';
import { type ResolvedRequest, resolveRequestInput } from './shared/contract.ts';
import { lambdaHandler } from './shared/handler.ts';

/** Validates an execution's input and makes everything relative in it absolute. Calls nobody. */
export function resolveRequest(input: z.input<typeof resolveRequestInput>): ResolvedRequest {
  const given = input.request;
  const request = validateRequest(isObject(given) ? withDefaults(given, input.defaultExport ?? {}) : given);
  const scheduledTime = request.scheduledTime ?? input.executionStartTime;
  const range = dates(request, scheduledTime, input.tenant.timeZone);
  return {
    templateId: request.templateId ?? null,
    template: request.template ?? null,
    startsOn: range?.startsOn ?? null,
    endsOn: range?.endsOn ?? null,
    // The template's own period moves with time, so the day of the export keeps its files apart.
    periodFolder:
      range === undefined
        ? `default_${dateIn(scheduledTime, input.tenant.timeZone).toString()}`
        : `${range.startsOn}_${range.endsOn}`,
    formats: request.formats ?? ['csv'],
  };
}

function dates(request: ExportRequest, scheduledTime: string, timeZone: string) {
  const { startsOn, endsOn, period, lastDays, offset } = request;
  if (period !== undefined) return resolvePeriod(period, scheduledTime, timeZone, { offset });
  if (lastDays !== undefined) return resolveLastDays(lastDays, scheduledTime, timeZone, { offset });
  return startsOn === undefined || endsOn === undefined ? undefined : { startsOn, endsOn };
}

export const handler = lambdaHandler(resolveRequestInput, resolveRequest);
