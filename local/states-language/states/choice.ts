import type { ChoiceState } from '../definition.ts';
import { StateError } from '../errors.ts';
import { evaluateBoolean } from '../typed-fields.ts';
import { leave, type Outcome, type Visit, whileExecuting } from '../visit.ts';

/** A Choice state follows the first rule whose condition is true, else `Default`. */
export async function runChoice(visit: Visit, state: ChoiceState): Promise<Outcome> {
  for (const rule of state.choices) {
    if (await evaluateBoolean(visit, rule.condition)) return leave(visit, rule, visit.input);
  }
  if (state.default === undefined) {
    // The specification calls this States.NoChoiceMatched. AWS does not, and so nothing catches it.
    const problem = 'Failed to transition out of the state. The state does not point to a next state.';
    throw new StateError('States.Runtime', whileExecuting(visit, problem));
  }
  return leave(visit, { ...state, next: state.default }, visit.input);
}
