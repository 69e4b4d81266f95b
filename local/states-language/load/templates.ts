import type { Template } from '../definition.ts';
import { parseExpression } from '../parse-expression.ts';
import type { Json } from '../types.ts';
import { expressionProblems, type Availability } from './expression-problems.ts';
import { type Fields, pathOf } from './fields.ts';
import type { Report } from './problems.ts';
import { hasGroups } from './syntax-tree.ts';

const DELIMITED = /^\{%.*%\}$/s;

/** Reads a field whose value may hold expressions at any depth. `aws` is the field's name in AWS's causes. */
export function templateField(
  fields: Fields,
  name: string,
  available: Availability,
  aws = name,
): Template | undefined {
  const value = fields.values[name];
  if (value === undefined) return undefined;
  return readTemplate(value as Json, {
    path: pathOf(fields, name),
    field: aws,
    available,
    report: fields.report,
  });
}

interface Place {
  path: string;
  field: string;
  available: Availability;
  report: Report;
}

function readTemplate(value: Json, place: Place): Template {
  if (Array.isArray(value)) {
    return {
      kind: 'array',
      items: value.map((item, index) => readTemplate(item, inside(place, `[${index}]`))),
    };
  }
  if (typeof value === 'object' && value !== null) {
    const entries = Object.entries(value);
    return {
      kind: 'object',
      entries: entries.map(([key, item]) => [key, readTemplate(item, inside(place, `/${key}`))]),
    };
  }
  return typeof value === 'string' ? readString(value, place) : { kind: 'literal', value };
}

function inside(place: Place, step: string): Place {
  const path = step.startsWith('/') ? `${place.path}.${step.slice(1)}` : place.path + step;
  return { ...place, path, field: place.field + step };
}

function readString(text: string, place: Place): Template {
  if (!DELIMITED.test(text)) {
    if (text.startsWith('{%') || text.endsWith('%}')) {
      place.report(place.path, 'an expression must start with {% and end with %}');
    }
    return { kind: 'literal', value: text };
  }
  const source = text.slice(2, -2).trim();
  const parsed = parseExpression(source);
  if ('problem' in parsed) {
    place.report(place.path, `not a JSONata expression: ${parsed.problem}`);
    return { kind: 'literal', value: text };
  }
  const tree = parsed.ast();
  for (const problem of expressionProblems(tree, place.available)) place.report(place.path, problem);
  return { kind: 'expression', source, parsed, field: place.field, hasGroups: hasGroups(tree) };
}
