import type { Template } from './definition.ts';
import { EvaluationError } from './errors.ts';
import { unexpectedType } from './expressions.ts';
import { jsonType } from './json.ts';
import type { Json } from './types.ts';
import { evaluateIn, type Visit } from './visit.ts';

/** Evaluates a field that takes a string. */
export async function evaluateString(visit: Visit, template: Template): Promise<string> {
  return (await evaluateAs(visit, template, 'string')) as string;
}

/** Evaluates a field that takes true or false. */
export async function evaluateBoolean(visit: Visit, template: Template): Promise<boolean> {
  return (await evaluateAs(visit, template, 'boolean')) as boolean;
}

/** Evaluates a field that takes an array. */
export async function evaluateArray(visit: Visit, template: Template): Promise<Json[]> {
  return (await evaluateAs(visit, template, 'array')) as Json[];
}

/** Evaluates a field that takes a number of a range, as a rule an integer. */
export async function evaluateNumber(
  visit: Visit,
  field: string,
  template: Template,
  range: { from: number; to: number; fraction?: boolean },
): Promise<number> {
  const value = (await evaluateAs(visit, template, 'number')) as number;
  if (!range.fraction && !Number.isInteger(value)) {
    throw new EvaluationError(`The ${field} field cannot be parsed as an integer: ${value}`);
  }
  if (value >= range.from && value <= range.to) return value;
  throw new EvaluationError(`${field} must be between ${range.from} and ${range.to} but was: ${value}`);
}

async function evaluateAs(
  visit: Visit,
  template: Template,
  expected: ReturnType<typeof jsonType>,
): Promise<Json> {
  const value = await evaluateIn(visit, template);
  if (template.kind === 'expression' && jsonType(value) !== expected) {
    throw unexpectedType(template, expected, value);
  }
  return value;
}
