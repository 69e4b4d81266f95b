import * as fc from 'fast-check';
import { describe, expect, test, vi } from 'vitest';
import { resolveRequest } from '../../../lambdas/request/resolve.ts';
import { handler } from '../../../lambdas/resolve-request.ts';
import guideTemplate from '../../../local/lucca-simulator/guide-template.json' with { type: 'json' };
import { failureOf } from '../support/failure.ts';
import { callTo, environmentOf } from '../support/lucca.ts';

const { tenant } = callTo('https://acme.ilucca.net');

const resolve = (
  request: unknown,
  executionStartTime = '2026-11-02T05:00:00.123Z',
  timeZone = 'Europe/Paris',
) => resolveRequest({ tenant: { ...tenant, timeZone }, request, executionStartTime });

test('what is left out is null, and the format is CSV', () => {
  expect(resolve({ templateId: 42 })).toEqual({
    templateId: 42,
    template: null,
    startsOn: null,
    endsOn: null,
    scheduledTime: '2026-11-02T05:00:00.123Z',
    simulated: false,
    periodFolder: 'default_2026-11-02',
    formats: ['csv'],
  });
});

test("the template of Lucca's guide is handed on as it came", () => {
  const { templateId, template } = resolve({ template: guideTemplate });
  expect(templateId).toBeNull();
  expect(JSON.stringify(template)).toBe(JSON.stringify(guideTemplate));
});

test('dates are handed on and name the folder', () => {
  expect(resolve({ templateId: 42, startsOn: '2026-10-01', endsOn: '2026-10-31' })).toMatchObject({
    startsOn: '2026-10-01',
    endsOn: '2026-10-31',
    periodFolder: '2026-10-01_2026-10-31',
  });
});

test('formats keep their order', () => {
  expect(resolve({ templateId: 42, formats: ['excel', 'csv'] }).formats).toEqual(['excel', 'csv']);
});

describe('a period is relative', () => {
  test.each<[string, Record<string, unknown>, string, string]>([
    ['to the start of the execution', { period: 'yesterday' }, 'Europe/Paris', '2026-11-01_2026-11-01'],
    [
      'to the scheduled time rather than to the start',
      { period: 'previousMonth', scheduledTime: '2026-03-01T05:00:00Z' },
      'Europe/Paris',
      '2026-02-01_2026-02-28',
    ],
    [
      "to the tenant's day at a scheduled time with another offset",
      { period: 'today', scheduledTime: '2026-10-31T19:30:00-04:00' },
      'Europe/Paris',
      '2026-11-01_2026-11-01',
    ],
    [
      "to the tenant's day, be it still yesterday there",
      { period: 'today' },
      'Pacific/Pago_Pago',
      '2026-11-01_2026-11-01',
    ],
  ])('%s', (_, request, timeZone, folder) => {
    const resolved = resolve({ templateId: 42, ...request }, '2026-11-02T05:00:00.123Z', timeZone);
    expect(resolved.periodFolder).toBe(folder);
    expect(`${resolved.startsOn}_${resolved.endsOn}`).toBe(folder);
  });
});

test("the template's own period is kept apart by the tenant's day of the export", () => {
  expect(resolve({ templateId: 42 }, '2026-11-01T23:30:00Z').periodFolder).toBe('default_2026-11-02');
  const scheduled = { templateId: 42, scheduledTime: '2026-10-31T22:30:00Z' };
  expect(resolve(scheduled).periodFolder).toBe('default_2026-10-31');
});

test('the same input gives the same result, whenever it is run', () => {
  const request = { template: guideTemplate, period: 'previousQuarter', formats: ['excel'] };
  expect(resolve(request)).toEqual(resolve(structuredClone(request)));
});

test('a scheduled time may be finer than nanoseconds', () => {
  const request = { templateId: 42, scheduledTime: '2026-10-31T22:59:59.9999999999Z' };
  expect(resolve(request).periodFolder).toBe('default_2026-10-31');
});

describe('days that no ISO date can name are refused', () => {
  test.each<[string, Record<string, unknown>, RegExp]>([
    ['before the year 0000', { lastDays: 3660, offset: 1000 }, /^- offset: .*, found -008004-01-29_/m],
    [
      'before it in the zone of the tenant only',
      { scheduledTime: '0000-01-01T04:00:00+05:00' },
      /^- scheduledTime: .*, found default_-000001-12-31$/m,
    ],
    [
      'after the year 9999',
      { period: 'currentWeek', scheduledTime: '9999-12-31T12:00:00Z' },
      /^- scheduledTime: .*_\+010000-01-02$/m,
    ],
  ])('%s', (_, request, problem) => {
    expect(() => resolve({ templateId: 42, ...request })).toThrow(problem);
  });
});

/** The name of the error, if there is one. */
function outcomeOf(request: unknown): string {
  try {
    resolve(request);
    return 'resolved';
  } catch (error) {
    return error instanceof Error ? error.name : 'unknown';
  }
}

const two = (most: number) =>
  fc.integer({ min: 0, max: most }).map((value) => String(value).padStart(2, '0'));

test('every scheduled time that is accepted can be resolved', () => {
  const offset = fc.oneof(
    fc.constant('Z'),
    fc.tuple(fc.constantFrom('+', '-'), two(23), two(59)).map(([sign, h, m]) => `${sign}${h}:${m}`),
  );
  const time = fc.tuple(two(24), two(60), fc.option(two(60)), fc.constantFrom('', '.1', '.123456789'));
  fc.assert(
    fc.property(time, offset, ([hours, minutes, seconds, fraction], offset) => {
      const rest = seconds === null ? '' : `:${seconds}${fraction}`;
      const scheduledTime = `2026-10-31T${hours}:${minutes}${rest}${offset}`;
      expect(['resolved', 'InvalidRequestError']).toContain(
        outcomeOf({ templateId: 1, period: 'today', scheduledTime }),
      );
    }),
    { numRuns: 500 },
  );
});

test('the handler refuses a bad request with every problem', async () => {
  const event = {
    request: { templateId: 0, formats: [] },
    executionStartTime: '2026-11-02T05:00:00Z',
  };
  for (const [name, value] of Object.entries(environmentOf(tenant))) vi.stubEnv(name, value);
  const { name, message } = await failureOf(handler(event));
  vi.unstubAllEnvs();
  expect(name).toBe('InvalidRequestError');
  expect(message).toMatch(/^- templateId: .*\n- formats: /m);
});
