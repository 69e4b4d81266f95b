import type { Json } from '../../local/states-language/index.ts';

/** A place where an execution differs from its recording. */
export interface Difference {
  pointer: string;
  expected: Json | undefined;
  actual: Json | undefined;
}

/**
 * The first difference between a recording and an execution, or undefined. What was not recorded is not compared:
 * whole keys, and in the lists of task calls and retries the parts of an entry.
 */
export function firstDifference(
  expected: Record<string, Json>,
  actual: Record<string, Json>,
  unstable: readonly string[],
): Difference | undefined {
  const ignored = new Set(unstable);
  for (const [key, value] of Object.entries(expected)) {
    const pointer = `/${escapePointer(key)}`;
    const recorded =
      key === 'taskInputs' || key === 'retries' ? withoutUnrecorded(value, actual[key]) : actual[key];
    const difference = compare(value, recorded, pointer, ignored);
    if (difference) return difference;
  }
  return undefined;
}

function withoutUnrecorded(expected: Json, actual: Json | undefined): Json | undefined {
  if (!Array.isArray(expected) || !Array.isArray(actual)) return actual;
  return actual.map((entry, index) => {
    const recorded = expected[index];
    if (!isObject(recorded) || !isObject(entry)) return entry;
    return Object.fromEntries(Object.entries(entry).filter(([key]) => key in recorded));
  });
}

function compare(
  expected: Json | undefined,
  actual: Json | undefined,
  pointer: string,
  ignored: ReadonlySet<string>,
): Difference | undefined {
  if (ignored.has(pointer)) return undefined;
  const part = substringOf(expected);
  if (part !== undefined) {
    const contains = typeof actual === 'string' && actual.includes(part);
    return contains ? undefined : { pointer, expected, actual };
  }
  if (isObject(expected) && isObject(actual)) return compareEntries(expected, actual, pointer, ignored);
  if (Array.isArray(expected) && Array.isArray(actual)) {
    return compareEntries(
      Object.fromEntries(expected.entries()),
      Object.fromEntries(actual.entries()),
      pointer,
      ignored,
    );
  }
  return Object.is(expected, actual) ? undefined : { pointer, expected, actual };
}

function compareEntries(
  expected: Record<string, Json>,
  actual: Record<string, Json>,
  pointer: string,
  ignored: ReadonlySet<string>,
): Difference | undefined {
  for (const key of new Set([...Object.keys(expected), ...Object.keys(actual)])) {
    const difference = compare(
      own(expected, key),
      own(actual, key),
      `${pointer}/${escapePointer(key)}`,
      ignored,
    );
    if (difference) return difference;
  }
  return undefined;
}

/** `{"contains": "…"}`, alone, stands for a string that contains this one. */
function substringOf(expected: Json | undefined): string | undefined {
  if (!isObject(expected) || Object.keys(expected).length !== 1) return undefined;
  return typeof expected['contains'] === 'string' ? expected['contains'] : undefined;
}

function own(object: Record<string, Json>, key: string): Json | undefined {
  return Object.hasOwn(object, key) ? object[key] : undefined;
}

function isObject(value: Json | undefined): value is Record<string, Json> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function escapePointer(key: string): string {
  return key.replaceAll('~', '~0').replaceAll('/', '~1');
}
