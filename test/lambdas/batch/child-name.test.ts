import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { childName } from '../../../lambdas/batch/child-name.ts';

const march = '2026-03-01_2026-03-31';

test('a name says of which batch, export and days it is, the batch cut only where it has no room', () => {
  expect(childName('nightly', 2, march)).toBe('nightly-003-2026-03-01_2026-03-31');
  const fits = 'b'.repeat(80 - `-001-${march}`.length);
  expect(childName(fits, 0, march)).toBe(`${fits}-001-${march}`);
  expect(childName(`${fits}b`, 0, march)).toMatch(/^b+-[0-9a-f]{8}-001-2026-03-01_2026-03-31$/);
});

// Step Functions takes no surrogates in a name, so that a character of it is one of JavaScript's.
const unit = fc.constantFrom('a', 'Z', '7', '-', '_', '.', 'é', 'ß', '漢', 'ي');
const batches = fc.string({ unit, maxLength: 8 }).chain((end) =>
  // As short as can be, and so long that Step Functions just takes it.
  fc.constantFrom(`a${end}`, 'é'.repeat(72) + end),
);

test('a name has at most 80 characters, ends with the days, and is that of one export only', () => {
  const folders = fc.constantFrom(march, 'default_2026-11-02');
  fc.assert(
    fc.property(fc.uniqueArray(batches, { minLength: 1, maxLength: 3 }), folders, (batches, folder) => {
      const namesOf = (batch: string) => Array.from({ length: 300 }, (_, at) => childName(batch, at, folder));
      const names = batches.flatMap(namesOf);
      expect(names.filter((name) => name.length > 80 || !name.endsWith(`-${folder}`))).toEqual([]);
      expect(new Set(names).size).toBe(names.length);
      expect(batches.flatMap(namesOf)).toEqual(names);
    }),
    { numRuns: 30 },
  );
});
