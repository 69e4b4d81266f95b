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

/**
 * A JSONata result as plain JSON, detached from the data that it was selected from: sequences become arrays, -0
 * becomes 0. Undefined when it holds something that JSON cannot say, such as a function.
 */
export function toJson(value: unknown): Json | undefined {
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return value;
  if (typeof value === 'number') return Number.isFinite(value) ? value + 0 : undefined;
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
