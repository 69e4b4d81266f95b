import { readCatchers, readRetriers } from './error-handling.ts';
import { type Fields, reportField, stringField } from './fields.ts';
import { readLeaving } from './leaving.ts';

/** `Next` or `End`: one of them, not both. */
export function readNext(fields: Fields): { next?: string } {
  const { Next: next, End: end = false } = fields.values;
  if (typeof end !== 'boolean') reportField(fields, 'End', 'must be true or false');
  if (next === undefined) {
    if (end !== true) fields.report(fields.path, 'needs Next or End');
    return {};
  }
  if (end === true) fields.report(fields.path, 'cannot have both Next and End');
  return { next: stringField(fields, 'Next') ?? '' };
}

/** What Task, Parallel and Map have in common. */
export function readFallible(fields: Fields) {
  return {
    retry: readRetriers(fields),
    catch: readCatchers(fields),
    ...readNext(fields),
    ...readLeaving(fields, 'result'),
  };
}
