import { describe, expect, test } from 'vitest';
import { ensureTemplate } from '../../lambdas/ensure-template.ts';
import type { Bound, EnsureTemplateInput } from '../../lambdas/shared/contract.ts';
import type { TemplatePayload } from '../../lambdas/shared/template-payload.ts';
import { fingerprintOf } from '../../lambdas/report-template/fingerprint.ts';
import type { ReadObject } from '../../lambdas/aws/report-bucket.ts';
import guideTemplate from '../../local/lucca-simulator/guide-template.json' with { type: 'json' };
import { json, raw, startLuccaServer } from '../support/lucca-server.ts';
import { failureOf } from './support/failure.ts';
import { callTo, clientOf } from './support/lucca.ts';

/** Records by key, as the bucket holds them. */
type Records = Map<string, string>;

const readerOf =
  (records: Records): ReadObject =>
  async (key) =>
    records.get(key);

async function ensure(
  records: Records,
  template: TemplatePayload | string,
  options: { lost?: number; newId?: number; tenant?: string; domain?: string } = {},
) {
  await using lucca = await startLuccaServer(json(201, { id: options.newId ?? 42 }));
  const call = callTo(options.domain ?? 'https://acme.ilucca.net');
  const tenant = { ...call.tenant, name: options.tenant ?? 'acme' };
  const input: Bound<EnsureTemplateInput> = {
    ...call,
    tenant,
    template,
    lostTemplateId: options.lost ?? null,
  };
  const output = await ensureTemplate(input, clientOf(lucca), readerOf(records));
  return { ...output, created: lucca.requests.map(({ body }) => body) };
}

const keyOf = async (template: TemplatePayload) => (await ensure(new Map(), template)).recordKey;

test('a new template is created, and the state machine told to remember it', async () => {
  const result = await ensure(new Map(), guideTemplate);
  expect(result).toMatchObject({ templateId: 42, remembered: false });
  expect(result.recordKey).toMatch(/^acme\/templates\/[0-9a-f]{64}\.json$/);
  expect(result.created).toEqual([JSON.stringify(guideTemplate)]);
});

test('a remembered template is not created again', async () => {
  const { recordKey } = await ensure(new Map(), guideTemplate);
  const records = new Map([[recordKey, '{"templateId":42}']]);
  expect(await ensure(records, guideTemplate)).toEqual({
    templateId: 42,
    remembered: true,
    recordKey,
    created: [],
  });
});

describe('a template is given by the fingerprint of a payload that a batch has kept', () => {
  const fingerprint = 'a'.repeat(64);
  const [recordKey, payloadKey] = ['templates', 'template-payloads'].map(
    (folder) => `acme/${folder}/${fingerprint}.json`,
  );

  test('and created from that payload', async () => {
    const records = new Map([[payloadKey!, JSON.stringify(guideTemplate)]]);
    expect(await ensure(records, fingerprint)).toEqual({
      templateId: 42,
      remembered: false,
      recordKey,
      created: [JSON.stringify(guideTemplate)],
    });
  });

  test('and not created again', async () => {
    const records = new Map([[recordKey!, '{"templateId":42}']]);
    expect(await ensure(records, fingerprint)).toMatchObject({
      templateId: 42,
      remembered: true,
      created: [],
    });
  });

  test.each([[], [[payloadKey!, '']], [[payloadKey!, '[]']], [[payloadKey!, '{"cut']]] as [
    string,
    string,
  ][][])('and refused where there is none: %j', async (...objects) => {
    const { name, message } = await failureOf(ensure(new Map(objects), fingerprint));
    expect(name).toBe('InvalidRequestError');
    expect(message).toContain(
      `- template: expected the fingerprint of a payload that a batch has kept, but ${payloadKey}`,
    );
  });

  test('it is that of the same payload', async () => {
    expect((await ensure(new Map(), guideTemplate)).recordKey).toBe(
      `acme/templates/${fingerprintOf(callTo('https://acme.ilucca.net').tenant, guideTemplate)}.json`,
    );
  });
});

test('a record may hold more than is needed', async () => {
  const records = new Map([[await keyOf({}), '{"templateId": 42, "createdBy": "a later version"}\n']]);
  expect(await ensure(records, {})).toMatchObject({ templateId: 42, remembered: true });
});

test('a template that Lucca lost is created again, under the same record', async () => {
  const recordKey = await keyOf(guideTemplate);
  const records = new Map([[recordKey, '{"templateId":42}']]);
  const result = await ensure(records, guideTemplate, { lost: 42, newId: 43 });
  expect(result).toMatchObject({ templateId: 43, remembered: false, recordKey });
  expect(result.created).toHaveLength(1);
});

test('a template that another run created in place of the lost one is used', async () => {
  const records = new Map([[await keyOf(guideTemplate), '{"templateId":43}']]);
  const result = await ensure(records, guideTemplate, { lost: 42 });
  expect(result).toMatchObject({ templateId: 43, remembered: true, created: [] });
});

describe('two payloads are the same template', () => {
  const backwards = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(backwards);
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(
      Object.entries(value)
        .toReversed()
        .map(([key, inner]) => [key, backwards(inner)]),
    );
  };

  test.each<[string, TemplatePayload, TemplatePayload]>([
    ['when their fields come in another order', { a: 1, b: [2], é: 3 }, { é: 3, b: [2], a: 1 }],
    ['when deep fields do', { columns: [{ kind: 'a', name: 'b' }] }, { columns: [{ name: 'b', kind: 'a' }] }],
    ["when it is the guide's, read backwards", guideTemplate, backwards(guideTemplate) as TemplatePayload],
    [
      'when an accent is written as an escape',
      JSON.parse('{"name":"\\u00c9cart"}') as TemplatePayload,
      { name: 'Écart' },
    ],
  ])('%s', async (_, one, other) => {
    expect(await keyOf(other)).toBe(await keyOf(one));
  });
});

describe('two payloads are different templates', () => {
  test.each<[string, TemplatePayload, TemplatePayload]>([
    ['when a value differs', { name: 'Temps' }, { name: 'Absences' }],
    ['when an accent differs', { name: 'Écart' }, { name: 'Ecart' }],
    ['when columns come in another order', { columns: ['a', 'b'] }, { columns: ['b', 'a'] }],
    ['when a number became text', { id: 1 }, { id: '1' }],
    ['when a list became an object', { filters: ['a'] }, { filters: { 0: 'a' } }],
    ['when a field is null rather than missing', { name: 'Temps', total: null }, { name: 'Temps' }],
    ['when a field moved into another', { a: { b: 1 } }, { a: {}, b: 1 }],
    ['when there is none', { name: 'Temps' }, {}],
  ])('%s', async (_, one, other) => {
    expect(await keyOf(other)).not.toBe(await keyOf(one));
  });

  test('when they are of two tenants', async () => {
    const other = await ensure(new Map(), guideTemplate, { tenant: 'globex' });
    expect(other.recordKey).toMatch(/^globex\/templates\//);
  });

  test('when they are of two Luccas, where an id means something else', async () => {
    const sandbox = await ensure(new Map(), guideTemplate, { domain: 'https://acme.ilucca-test.net' });
    expect(sandbox.recordKey).not.toBe(await keyOf(guideTemplate));
  });
});

test('the fields of a payload are sent in their own order, not in that of the record', async () => {
  const { created } = await ensure(new Map(), { z: 1, a: { d: 1, c: 'é' } });
  expect(created).toEqual(['{"z":1,"a":{"d":1,"c":"é"}}']);
});

describe('a broken record is replaced by creating the template', () => {
  test.each([
    ['is empty', ''],
    ['was cut', '{"templateId":4'],
    ['is no JSON', 'templateId=42'],
    ['has no id', '{}'],
    ['has an id that is none', '{"templateId":"forty-two"}'],
    ['has the id 0', '{"templateId":0}'],
    ['is null', 'null'],
  ])('when it %s', async (_, record) => {
    const recordKey = await keyOf(guideTemplate);
    const result = await ensure(new Map([[recordKey, record]]), guideTemplate, { newId: 43 });
    expect(result).toMatchObject({ templateId: 43, remembered: false, recordKey });
  });
});

test("Lucca's refusal of a payload reaches the user, with its reasons", async () => {
  const details = { title: 'Invalid template', errors: { 'columns[2].kind': ['Unknown column.'] } };
  await using lucca = await startLuccaServer(json(400, details));
  const input = { ...callTo(lucca.url), template: {}, lostTemplateId: null };
  const error = await failureOf(ensureTemplate(input, clientOf(lucca), readerOf(new Map())));
  expect(error.name).toBe('LuccaRejectedError');
  expect(error.message).toContain('Invalid template; columns[2].kind: Unknown column.');
});

const away: ReadObject = () => Promise.reject(new Error('S3 is away'));

test('a record that cannot be read creates nothing', async () => {
  await using lucca = await startLuccaServer(raw(200, ''));
  const input = { ...callTo(lucca.url), template: {}, lostTemplateId: null };
  expect((await failureOf(ensureTemplate(input, clientOf(lucca), away))).message).toBe('S3 is away');
  expect(lucca.requests).toEqual([]);
});
