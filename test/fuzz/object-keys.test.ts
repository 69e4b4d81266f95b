import * as fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { childName } from '../../lambdas/batch/child-name.ts';
import { planBatch } from '../../lambdas/batch/plan.ts';
import { handler } from '../../lambdas/resolve-request.ts';
import type { TemplatePayload } from '../../lambdas/shared/template-payload.ts';
import { objectKey } from '../../lambdas/shared/object-keys.ts';
import { fingerprintOf } from '../../lambdas/report-template/fingerprint.ts';
import { storeFile } from '../../lambdas/store-file.ts';
import { tenantProblems } from '../../lib/settings/tenant-settings.ts';
import { bucketName, startBucket, type TestBucket } from '../lambdas/support/aws.ts';
import { callTo, clientOf } from '../lambdas/support/lucca.ts';
import { file, type LuccaServer, startLuccaServer } from '../support/lucca-server.ts';
import {
  hostileJson,
  hostileText,
  instant,
  runs,
  spoilt,
  tenant,
  validBackfill,
  validRequest,
  withField,
} from './support.ts';

const domain = 'https://acme.ilucca.net';

/** Whatever the configuration lets pass. */
const tenantName = fc
  .oneof(
    fc.stringMatching(/^[a-z0-9]([a-z0-9-]{0,48}[a-z0-9])?$/),
    fc.string({ unit: fc.constantFrom('a', '0', '-', '.', '/', 'A'), minLength: 1, maxLength: 5 }),
    hostileText,
  )
  .filter((name) => tenantProblems({ name, domain }, { allowLoopbackDomain: false }).length === 0);

const payload = fc.oneof(
  fc.dictionary(hostileText, fc.oneof(fc.jsonValue(), hostileText)),
  fc.dictionary(fc.constantFrom('a', '__proto__', ''), fc.jsonValue()),
) as fc.Arbitrary<TemplatePayload>;

// oxlint-disable-next-line no-control-regex
const control = /[\u0000-\u001f\u007f-\u009f]/;

/** What is unsafe about a key of a tenant. */
function faultsOf(key: string, tenantName: string): string[] {
  const safe = {
    tenant: key.split('/')[0] === tenantName,
    parts: !key.split('/').includes('') && !key.includes('..'),
    characters: key.isWellFormed() && !control.test(key),
    length: Buffer.byteLength(key) <= 1024,
  };
  return Object.entries(safe).flatMap(([name, isSafe]) => (isSafe ? [] : [`${name} of ${key}`]));
}

test('what is kept of a template has safe keys, whatever the template holds', () => {
  fc.assert(
    fc.property(tenantName, payload, (name, payload) => {
      const parts = { tenant: name, fingerprint: fingerprintOf(tenant, payload) };
      for (const kind of ['templateRecord', 'templatePayload'] as const) {
        expect(faultsOf(objectKey(kind, parts), name)).toEqual([]);
      }
    }),
  );
});

/** The same document, the fields of its objects in the opposite order. */
function turned(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(turned);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .map(([name, field]) => [name, turned(field)])
      .toReversed(),
  );
}

test('the order of fields makes no other fingerprint, another value does', () => {
  fc.assert(
    fc.property(payload, hostileText, hostileText, hostileText, (payload, name, one, other) => {
      const fingerprintWith = (value: string) => fingerprintOf(tenant, withField(payload, name, value));
      expect(fingerprintOf(tenant, turned(withField(payload, name, one)) as TemplatePayload)).toBe(
        fingerprintWith(one),
      );
      expect(fingerprintWith(one) === fingerprintWith(other)).toBe(one === other);
    }),
  );
});

test('every key that a batch reads or names is safe, whatever it is asked for', async () => {
  const exports = fc.array(fc.oneof(validRequest, spoilt(validRequest), hostileJson), {
    minLength: 1,
    maxLength: 3,
  });
  const request = fc.oneof(
    fc.record({ exports }),
    fc.record({ backfill: fc.oneof(validBackfill, spoilt(validBackfill)) }),
  );
  const stored = fc.oneof(fc.constant(undefined), fc.constant('{"templateId":7}'), hostileText);
  await fc.assert(
    fc.asyncProperty(
      tenantName,
      request,
      hostileText,
      instant,
      stored,
      async (name, request, executionName, at, stored) => {
        const keys: string[] = [];
        const input = { tenant: { ...tenant, name }, executionName, executionStartTime: at };
        const plan = await planBatch(
          { ...input, request: { ...request, skipExisting: true } },
          'b',
          async (key) => {
            keys.push(key);
            return stored;
          },
        ).catch(() => undefined);
        for (const { outcome } of plan?.plan.items ?? []) {
          if (outcome.folder !== null) keys.push(`${outcome.folder}/manifest.json`);
          if (outcome.manifest !== undefined) keys.push(outcome.manifest.key);
        }
        expect(keys.flatMap((key) => faultsOf(key, name))).toEqual([]);
      },
    ),
    runs(200),
  );
});

test('the folder of an export is safe, whatever it is asked for', async () => {
  const request = fc.oneof(validRequest, spoilt(validRequest));
  await fc.assert(
    fc.asyncProperty(tenantName, request, instant, async (name, request, executionStartTime) => {
      const event = { tenant: { ...tenant, name }, request, executionStartTime };
      const resolved = await handler(event).catch(() => undefined);
      if (resolved === undefined) return;
      // As the state machine puts it together.
      const { templateId, periodFolder } = resolved;
      expect(faultsOf(`${name}/template=${templateId ?? 1}/${periodFolder}/report.xlsx`, name)).toEqual([]);
    }),
    runs(200),
  );
});

test('the name of a batch, whatever it is, gives its exports names that fit and differ', () => {
  fc.assert(
    fc.property(hostileText, fc.nat(299), fc.nat(299), (batch, one, other) => {
      const folder = '2026-03-01_2026-03-31';
      const names = [one, other].map((index) => childName(batch, index, folder));
      for (const name of names) expect(Array.from(name).length).toBeLessThanOrEqual(80);
      expect(names[0] === names[1]).toBe(one === other);
    }),
  );
});

let lucca: LuccaServer;
let bucket: TestBucket;
beforeAll(async () => {
  lucca = await startLuccaServer();
  bucket = await startBucket();
});
afterAll(async () => {
  await lucca[Symbol.asyncDispose]();
  await bucket[Symbol.asyncDispose]();
});

test('a file is stored with the name of its execution, whatever that is', async () => {
  const anyName = hostileText.map((text) => text.slice(0, 80));
  await fc.assert(
    fc.asyncProperty(anyName, async (name) => {
      lucca.answerNext(file('a;b\r\n1;2\r\n'));
      const execution = `arn:aws:states:eu-west-3:123456789012:execution:acme:${name}`;
      const input = {
        ...callTo(lucca.url),
        reportId: 7,
        templateId: 42,
        format: 'csv',
        periodFolder: '2026-10-01_2026-10-31',
        execution,
      } as const;
      const { key, rows } = await storeFile(input, clientOf(lucca), bucket.client, bucketName);
      expect(faultsOf(key, 'acme')).toEqual([]);
      expect(rows).toBe(1);
      const [object] = await bucket.s3.objects();
      expect(object!.metadata['execution']).toMatch(/^[\x21-\x7e]+$/);
      expect(decodeURI(object!.metadata['execution']!)).toBe(execution.toWellFormed());
    }),
    runs(25),
  );
});
