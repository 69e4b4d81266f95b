import { describe, expect, test } from 'vitest';
import {
  objectKey,
  objectKeyExpression,
  objectKeyPattern,
  objectKeys,
  objectLocation,
  objectLocationExpression,
} from '../../../lambdas/shared/object-keys.ts';
import { evaluate } from '../../support/evaluate.ts';

const kinds = Object.keys(objectKeys) as (keyof typeof objectKeys)[];

/** Something for every part of any key. */
const parts = {
  tenant: 'acme',
  templateId: 42,
  period: '2026-10-01_2026-10-31',
  folder: 'acme/template=42/2026-10-01_2026-10-31',
  extension: 'csv',
  fingerprint: '9f86d081',
  execution: "monthly-2026-11-02T06-00-00Z '&$é",
};
const asExpressions = Object.fromEntries(
  Object.keys(parts).map((name) => [name, `$${name}`]),
) as unknown as Record<keyof typeof parts, string>;

/** As the README promises them. */
const keys: Record<keyof typeof objectKeys, string> = {
  folder: 'acme/template=42/2026-10-01_2026-10-31',
  file: 'acme/template=42/2026-10-01_2026-10-31/report.csv',
  manifest: 'acme/template=42/2026-10-01_2026-10-31/manifest.json',
  templateRecord: 'acme/templates/9f86d081.json',
  templatePayload: 'acme/template-payloads/9f86d081.json',
  batchReport: "acme/batches/monthly-2026-11-02T06-00-00Z '&$é.json",
};

describe.each(kinds)('the key of a %s', (kind) => {
  test('is the one that is documented', () => {
    expect(objectKey(kind, parts)).toBe(keys[kind]);
  });

  test('is the same as a JSONata expression', async () => {
    expect(await evaluate(objectKeyExpression(kind, asExpressions), { variables: parts })).toBe(keys[kind]);
  });

  test('is covered by its pattern', () => {
    for (const given of [{}, { tenant: 'acme' }]) {
      const pattern = objectKeyPattern(kind, given);
      const expression = pattern
        .split('*')
        .map((text) => text.replaceAll(/[.+?^${}()|[\]\\]/g, String.raw`\$&`))
        .join('.*');
      expect(keys[kind]).toMatch(new RegExp(`^${expression}$`));
    }
  });
});

test('a pattern holds what is given, and anything in place of the rest', () => {
  expect(objectKeyPattern('folder', { tenant: 'acme' })).toBe('acme/template=*/*');
});

const inner = (value: string) => value.replaceAll(/^\{%|%\}$/g, '');

test('where an object is, is the same as JSONata', async () => {
  const { bucket, key, uri } = objectLocationExpression('reports', '$key');
  const variables = { key: keys.file };
  expect({
    bucket,
    key: await evaluate(inner(key), { variables }),
    uri: await evaluate(inner(uri), { variables }),
  }).toEqual(objectLocation('reports', keys.file));
  expect(objectLocation('reports', 'a/b').uri).toBe('s3://reports/a/b');
});
