import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { planBatch } from '../../lambdas/batch/plan.ts';
import { mostBatchItems } from '../../lambdas/shared/contract.ts';
import {
  hostileJson,
  hostileJsonText,
  hostileText,
  instant,
  problemsOf,
  runs,
  spoilt,
  tenant,
  validBackfill,
  validRequest,
} from './support.ts';

const json = (value: unknown) => JSON.stringify(value);
const format = fc.constantFrom('csv', 'excel', 'pdf');

/** What a manifest or the record of a template may hold, or have become. */
const storedText = fc.oneof(
  hostileText,
  hostileJsonText,
  hostileJsonText.map((value) => `{"templateId":${value},"files":${value}}`),
  hostileJsonText.map((value) => `{"files":[{"format":"csv"},${value},{"format":${value}}]}`),
  fc.integer({ min: 1, max: 3 }).map((templateId) => json({ templateId })),
  fc.array(fc.record({ format })).map((files) => json({ files })),
);
const stored = fc.array(fc.option(storedText, { nil: undefined }), { minLength: 1, maxLength: 5 });

/** What Step Functions takes for the name of an execution. */
const executionName = fc.string({
  unit: fc.constantFrom('a', 'Z', '7', '-', '_', '.', 'é', '漢', '+', '='),
  minLength: 1,
  maxLength: 80,
  size: 'max',
});

interface Batch {
  request: unknown;
  objects: (string | undefined)[];
  executionName?: string;
  executionStartTime?: string;
  defaultExport?: Record<string, unknown>;
}

/** Plans a batch; reads are answered in turn. */
function plan({ request, objects, ...context }: Batch) {
  let reads = 0;
  const input = { tenant, executionName: 'nightly', executionStartTime: '2026-11-02T05:00:00Z', ...context };
  return planBatch({ ...input, request }, 'lucca-reports', async () => objects[reads++ % objects.length]);
}

type Planned = Awaited<ReturnType<typeof plan>>;

/** What a batch is planned as, or the problems with it. */
async function outcomeOf(batch: Batch): Promise<Planned | string[]> {
  const work = plan(batch);
  const planned = await work.catch(() => undefined);
  return planned ?? problemsOf(work);
}

const itemsOf = (outcome: Planned | string[]) => (Array.isArray(outcome) ? [] : outcome.plan.items);

/** What is unsound about a plan; a refusal is fine. */
function faultsOf(outcome: Planned | string[]): string[] {
  if (Array.isArray(outcome)) return [];
  const {
    plan: { items },
    payloads,
  } = outcome;
  const names = items.map(({ name }) => name);
  const sound = {
    number: items.length > 0 && items.length <= mostBatchItems,
    lengths: names.every((name) => name.length <= 80),
    names: new Set(names).size === names.length,
    formats: items.every(({ request: { formats } }) => new Set(formats).size === formats.length),
    templates: items.every(({ request: { templateId, template } }) =>
      template === undefined
        ? templateId !== undefined
        : templateId === undefined && /^[0-9a-f]{64}$/.test(template),
    ),
    payloads: [...payloads.keys()].every((key) =>
      items.some(({ request }) => key === `acme/template-payloads/${request.template}.json`),
    ),
    folders: items.every(({ outcome: { templateId, folder } }) =>
      templateId === null ? folder === null : folder?.startsWith(`acme/template=${templateId}/`),
    ),
    manifests: items.every(
      ({ outcome: { status, manifest } }) => (status === 'skipped') === (manifest !== undefined),
    ),
  };
  return Object.entries(sound).flatMap(([name, isSound]) => (isSound ? [] : [name]));
}

test('whatever the input of a batch is, it is planned soundly or refused with paths', async () => {
  await fc.assert(
    fc.asyncProperty(hostileJson, stored, async (request, objects) => {
      expect(faultsOf(await outcomeOf({ request, objects }))).toEqual([]);
    }),
    runs(200),
  );
});

test('whatever one field of a batch or of its exports holds, it is planned soundly or refused with paths', async () => {
  const exports = fc.array(fc.oneof(validRequest, spoilt(validRequest), hostileJson), { maxLength: 5 });
  const backfill = fc.oneof(validBackfill, spoilt(validBackfill), hostileJson);
  const batch = fc.oneof(fc.record({ exports }), fc.record({ backfill }));
  const request = fc.oneof(batch, spoilt(batch));
  const defaults = fc.oneof(fc.constant({}), validRequest, spoilt(validRequest));
  await fc.assert(
    fc.asyncProperty(request, defaults, stored, async (request, defaultExport, objects) => {
      expect(faultsOf(await outcomeOf({ request, defaultExport, objects }))).toEqual([]);
    }),
    runs(400),
  );
});

test('whatever is stored, the exports of good batches are planned one by one, the same way every time', async () => {
  const exports = fc.array(validRequest, { minLength: 1, maxLength: 8 });
  await fc.assert(
    fc.asyncProperty(exports, stored, executionName, instant, async (exports, objects, executionName, at) => {
      const batch = {
        request: { exports, skipExisting: true },
        objects,
        executionName,
        executionStartTime: at,
      };
      const outcome = await outcomeOf(batch);
      expect(faultsOf(outcome)).toEqual([]);
      expect([0, exports.length]).toContain(itemsOf(outcome).length);
      expect(json(await outcomeOf(structuredClone(batch)))).toBe(json(outcome));
    }),
    runs(100),
  );
});

test('a backfill that is planned covers its days without gap or overlap', async () => {
  await fc.assert(
    fc.asyncProperty(validBackfill, stored, async (backfill, objects) => {
      const outcome = await outcomeOf({ request: { backfill, skipExisting: true }, objects });
      expect(faultsOf(outcome)).toEqual([]);
      const days = itemsOf(outcome).map(({ outcome }) => outcome);
      for (const [index, { endsOn }] of days.slice(0, -1).entries()) {
        expect(Date.parse(days[index + 1]!.startsOn!) - Date.parse(endsOn!)).toBe(86_400_000);
      }
      if (days.length === 0) return;
      expect(days[0]!.startsOn!.startsWith(String(backfill['from']))).toBe(true);
      expect(days.at(-1)!.endsOn!.startsWith(String(backfill['to']))).toBe(true);
    }),
    runs(60),
  );
});
