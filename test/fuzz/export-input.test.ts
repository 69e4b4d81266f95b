import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { resolveRequest } from '../../lambdas/request/resolve.ts';
import { lambdaHandler } from '../../lambdas/runtime/handler.ts';
import { resolveRequestInput } from '../../lambdas/shared/contract.ts';
import { environmentOf } from '../lambdas/support/lucca.ts';
import type { ResolvedRequest } from '../../lambdas/shared/contract.ts';
import {
  hostileJson,
  instant,
  isRealDate,
  problemsOf,
  runs,
  spoilt,
  tenant,
  timeZone,
  validRequest,
} from './support.ts';

/** What is unsound about a resolved request; a refusal is fine. */
function faultsOf(outcome: ResolvedRequest | string[]): string[] {
  if (Array.isArray(outcome)) return [];
  const { startsOn, endsOn, periodFolder, formats, templateId, template } = outcome;
  const days = periodFolder.replace('default_', '').split('_');
  const sound = {
    folder: /^(default_\d{4}-\d\d-\d\d|\d{4}-\d\d-\d\d_\d{4}-\d\d-\d\d)$/.test(periodFolder),
    days: days.every(isRealDate),
    dates:
      startsOn === null || endsOn === null
        ? startsOn === endsOn && periodFolder.startsWith('default_')
        : startsOn <= endsOn && periodFolder === `${startsOn}_${endsOn}`,
    formats: formats.length > 0 && new Set(formats).size === formats.length,
    template: (templateId === null) !== (template === null),
    templateId: templateId === null || (Number.isSafeInteger(templateId) && templateId > 0),
  };
  return Object.entries(sound).flatMap(([name, isSound]) => (isSound ? [] : [name]));
}

/** What an event is resolved to, or the problems with it. */
async function outcomeOf(event: { request: unknown; [field: string]: unknown }, bound = tenant) {
  const handler = lambdaHandler(resolveRequestInput, (input) => resolveRequest(input), environmentOf(bound));
  const work = handler({ executionStartTime: '2026-11-02T05:00:00.123Z', ...event });
  const resolved = await work.catch(() => undefined);
  return resolved ?? problemsOf(work);
}

test('whatever the input is, it is resolved soundly or refused with paths', async () => {
  await fc.assert(
    fc.asyncProperty(hostileJson, async (request) => {
      expect(faultsOf(await outcomeOf({ request }))).toEqual([]);
    }),
    runs(300),
  );
});

test('whatever one of its fields holds, an input is resolved soundly or refused with paths', async () => {
  await fc.assert(
    fc.asyncProperty(spoilt(validRequest), async (request) => {
      expect(faultsOf(await outcomeOf({ request }))).toEqual([]);
    }),
    runs(500),
  );
});

test('whatever the default export is, an input is resolved soundly or refused with paths', async () => {
  const given = fc.oneof(fc.constant({}), fc.record({ offset: fc.nat(1_000) }), validRequest);
  await fc.assert(
    fc.asyncProperty(given, spoilt(validRequest), async (request, defaultExport) => {
      expect(faultsOf(await outcomeOf({ request, defaultExport }))).toEqual([]);
    }),
    runs(200),
  );
});

test('a good input is refused only for days that no ISO date can name, whenever and wherever', async () => {
  const problem = /^(offset|scheduledTime): expected days in the years .* found .*[+-]\d{6}-/;
  await fc.assert(
    fc.asyncProperty(validRequest, instant, timeZone, async (request, executionStartTime, timeZone) => {
      const outcome = await outcomeOf({ request, executionStartTime }, { ...tenant, timeZone });
      expect(faultsOf(outcome)).toEqual([]);
      const problems = Array.isArray(outcome) ? outcome : [];
      expect(problems.filter((line) => !problem.test(line))).toEqual([]);
      if (Array.isArray(outcome)) return;
      const { templateId = null, template = null, formats = ['csv'] } = request;
      expect(outcome).toMatchObject({ templateId, formats });
      expect(JSON.stringify(outcome.template)).toBe(JSON.stringify(template));
    }),
    runs(300),
  );
});
