import type { Leaving, Template } from '../definition.ts';
import { type Availability, isInherited } from './expression-problems.ts';
import { type Fields, pathOf, reportField } from './fields.ts';
import { templateField } from './templates.ts';

// AWS takes Unicode identifiers; an underscore may come first.
const VARIABLE_NAME = /^[\p{ID_Start}_][\p{ID_Continue}]*$/u;

/** Reads `Output` and `Assign` of a state, a choice rule or a catcher; `prefix` is AWS's path of the latter two. */
export function readLeaving(fields: Fields, available: Availability, prefix = ''): Leaving {
  const output = templateField(fields, 'Output', available, `${prefix}Output`);
  const assign = templateField(fields, 'Assign', available, `${prefix}Assign`);
  if (assign !== undefined) checkVariables(fields, assign);
  return { ...(output !== undefined && { output }), ...(assign !== undefined && { assign }) };
}

function checkVariables(fields: Fields, assign: Template): void {
  if (assign.kind !== 'object') return reportField(fields, 'Assign', 'must be an object');
  for (const [name] of assign.entries) {
    const path = `${pathOf(fields, 'Assign')}.${name}`;
    if (name === 'states') fields.report(path, 'is the name of the reserved variable');
    else if (name.length > 80 || !VARIABLE_NAME.test(name))
      fields.report(path, 'is not a name for a variable');
    else if (isInherited(name)) fields.report(path, 'this name is not implemented');
  }
}
