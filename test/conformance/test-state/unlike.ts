import type { Json } from '../../../local/states-language/index.ts';
import type { StateFields } from './definition.ts';
import { fieldsOf, isMocked, type Step } from './step.ts';

/** What an expression reads that is another at every run, and what of the context TestState doesn't take. */
const alwaysOther = /\$(?:now|millis|random|uuid)\(|\$states\.context\.Map\b/;
/** Without a mock, it takes no context at all. */
const otherWithoutContext = new RegExp(`${alwaysOther.source}|\\$states\\.context\\b`);

/**
 * JSON pointers of what is another value on AWS whatever the interpreter does, in `/arguments`, `/output` and
 * `/variables`: expressions of time, of chance, or of a context that can't be given.
 */
export function unlikePointers(step: Step): string[] {
  const state = fieldsOf(step);
  const other = otherIn(state);
  const left = leavingOf(step, state);
  return [
    ...pointersIn(state.Arguments, '/arguments', other),
    ...left.flatMap(({ Output }) => pointersIn(Output, '/output', other)),
    ...left.flatMap(({ Assign }) => pointersIn(Assign, '/variables', other)),
  ];
}

const otherIn = (state: StateFields) => (isMocked(state) ? alwaysOther : otherWithoutContext);

/** Whether a Choice decides by such a thing, which can only be the time. */
export const decidesByTime = (state: StateFields): boolean =>
  (state.Choices ?? []).some(({ Condition }) => otherIn(state).test(Condition));

/** The fields with which a state is left: of a Choice the rules that lead there, of an error its catcher's. */
function leavingOf(
  { attempt: { outcome } }: Step,
  state: StateFields,
): Pick<StateFields, 'Output' | 'Assign'>[] {
  if (outcome.status === 'CAUGHT_ERROR') return [state.Catch![outcome.catcher]!];
  if (outcome.status !== 'SUCCEEDED') return [];
  const rules = (state.Choices ?? []).filter(({ Next }) => Next === outcome.next);
  return state.Choices === undefined || state.Default === outcome.next ? [state, ...rules] : rules;
}

function pointersIn(template: Json | undefined, pointer: string, other: RegExp): string[] {
  if (typeof template === 'string') return other.test(template) ? [pointer] : [];
  if (typeof template !== 'object' || template === null) return [];
  return Object.entries(template).flatMap(([key, value]) =>
    pointersIn(value, `${pointer}/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`, other),
  );
}
