import type { Json } from './types.ts';

/** The size that AWS limits: bytes of the compact JSON text in UTF-8. */
export function jsonBytes(value: Json): number {
  return Buffer.byteLength(JSON.stringify(value));
}

/** The name of a value's type as AWS writes it in causes. */
export function jsonType(value: Json): 'null' | 'array' | 'object' | 'string' | 'number' | 'boolean' {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'array';
  return typeof value as 'object' | 'string' | 'number' | 'boolean';
}

/** A JSON text as AWS reads it: it takes no name twice in an object, and no number beyond those of JavaScript. */
export function parseStrictly(text: string): unknown {
  let members = 0;
  const root = JSON.parse(text, function (this: unknown, _key, value: unknown) {
    if (value === Infinity || value === -Infinity) throw new SyntaxError('a number is too large');
    if (!Array.isArray(this)) members++;
    return value;
  }) as unknown;
  const withoutStrings = text.replaceAll(/"[^"\\]*(?:\\.[^"\\]*)*"/g, '');
  // The root is handed over as the member of an object, too.
  if (withoutStrings.split(':').length !== members) throw new SyntaxError('a name comes twice');
  return root;
}

/**
 * A JSONata result as plain JSON, detached from the data that it was selected from: sequences become arrays, -0
 * becomes 0, and what is no finite number its name, as on AWS. Undefined when it holds something that JSON cannot
 * say, such as a function.
 */
export function toJson(value: unknown): Json | undefined {
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return value;
  if (typeof value === 'number') return Number.isFinite(value) ? value + 0 : String(value);
  if (Array.isArray(value)) return toJsonArray(value);
  if (typeof value !== 'object' || isJsonataFunction(value)) return undefined;
  const entries: [string, Json][] = [];
  for (const [key, item] of Object.entries(value)) {
    if (item === undefined) continue;
    const json = toJson(item);
    if (json === undefined) return undefined;
    entries.push([key, json]);
  }
  return Object.fromEntries(entries);
}

function toJsonArray(values: readonly unknown[]): Json | undefined {
  const items: Json[] = [];
  for (const value of values) {
    const json = toJson(value);
    if (json === undefined) return undefined;
    items.push(json);
  }
  return items;
}

function isJsonataFunction(value: object): boolean {
  return '_jsonata_function' in value || '_jsonata_lambda' in value;
}
