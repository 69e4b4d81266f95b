import type { Report } from './problems.ts';

/** The fields of one object of the definition; `path` says where it stands. */
export interface Fields {
  path: string;
  values: Readonly<Record<string, unknown>>;
  report: Report;
}

/** A value of the definition as an object with fields, or a reported problem. */
export function fieldsOf(value: unknown, path: string, report: Report): Fields | undefined {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
    return { path, values: value as Record<string, unknown>, report };
  }
  report(path, 'must be an object');
  return undefined;
}

export function pathOf(fields: Fields, name: string): string {
  return fields.path === '' ? name : `${fields.path}.${name}`;
}

export function reportField(fields: Fields, name: string, problem: string): void {
  fields.report(pathOf(fields, name), problem);
}

/** Reports every field outside the list: a field that is ignored would make the run differ from AWS. */
export function allowOnly(fields: Fields, allowed: readonly string[]): void {
  for (const name of Object.keys(fields.values)) {
    if (!allowed.includes(name)) reportField(fields, name, 'not implemented');
  }
  if (fields.values['Comment'] !== undefined) stringField(fields, 'Comment');
}

export function stringField(fields: Fields, name: string): string | undefined {
  const value = fields.values[name];
  if (typeof value === 'string') return value;
  reportField(fields, name, value === undefined ? 'is required' : 'must be a string');
  return undefined;
}

/** A number in a range, of which AWS accepts no expression. */
export function numberField(
  fields: Fields,
  name: string,
  range: { from: number; to: number; integer: boolean },
): number | undefined {
  const value = fields.values[name];
  if (value === undefined) return undefined;
  const fits = typeof value === 'number' && value >= range.from && value <= range.to;
  if (fits && (!range.integer || Number.isInteger(value))) return value;
  const kind = range.integer ? 'an integer' : 'a number';
  reportField(fields, name, `must be ${kind} from ${range.from} to ${range.to}`);
  return undefined;
}

/** A list with at least `minimum` elements; an absent one is empty. */
export function listField(fields: Fields, name: string, minimum: number): unknown[] {
  const value = fields.values[name] ?? [];
  if (Array.isArray(value) && value.length >= minimum) return value;
  reportField(fields, name, minimum === 0 ? 'must be an array' : 'must be an array that is not empty');
  return [];
}
