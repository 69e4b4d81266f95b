import type { Template } from '../definition.ts';
import { type Fields, reportField } from './fields.ts';
import { templateField } from './templates.ts';

/** A field that is either one literal, which is checked now, or one expression, whose result is checked later. */
export function scalarField(
  fields: Fields,
  name: string,
  check: { accepts: (value: unknown) => boolean; expected: string; aws?: string },
): Template | undefined {
  const template = templateField(fields, name, 'input', check.aws);
  if (template === undefined || template.kind === 'expression') return template;
  if (template.kind === 'literal' && check.accepts(template.value)) return template;
  reportField(fields, name, `must be ${check.expected} or an expression`);
  return undefined;
}

export const STRING = {
  accepts: (value: unknown) => typeof value === 'string',
  expected: 'a string',
};

export const BOOLEAN = {
  accepts: (value: unknown) => typeof value === 'boolean',
  expected: 'true, false',
};

/** An integer, as AWS limits it for the field. */
export function integer({ from, to }: { from: number; to: number }) {
  return {
    accepts: (value: unknown) =>
      Number.isInteger(value) && (value as number) >= from && (value as number) <= to,
    expected: `an integer from ${from} to ${to}`,
  };
}
