import type { MapState, Template } from '../definition.ts';
import { EvaluationError, Interruption, StateError } from '../errors.ts';
import { stateErrorOf, withRetryAndCatch } from '../failures.ts';
import { runFlow } from '../flow.ts';
import { LIMITS } from '../limits.ts';
import { checkPayload } from '../payload.ts';
import { runTogether } from '../run-together.ts';
import { evaluateArray, evaluateNumber } from '../typed-fields.ts';
import type { Json } from '../types.ts';
import { evaluateIn, type FlowScope, leave, type Outcome, type Visit } from '../visit.ts';

/** A Map state runs its item processor for each item; its result lists theirs in the order of the items. */
export function runMap(visit: Visit, state: MapState): Promise<Outcome> {
  return withRetryAndCatch(visit, state, async () => {
    const items = state.items ? await evaluateArray(visit, state.items) : inputItems(visit.input);
    const limit = await concurrency(visit, state.maxConcurrency);
    await checkTolerance(visit, state);
    const result = await runIterations(visit, state, items, limit);
    visit.work.result = result;
    checkPayload(visit.name, result);
    return leave(visit, state, result, { result });
  });
}

function inputItems(input: Json): Json[] {
  if (Array.isArray(input)) return input;
  throw new EvaluationError(`Map state input must be an array but was: ${JSON.stringify(input)}`);
}

async function concurrency(visit: Visit, template?: Template): Promise<number> {
  const wanted = template
    ? await evaluateNumber(visit, 'MaxConcurrency', template, LIMITS.maxConcurrency)
    : 0;
  return wanted === 0 ? LIMITS.inlineConcurrency : Math.min(wanted, LIMITS.inlineConcurrency);
}

/** AWS checks the tolerance of an inline Map, but tolerates nothing: its first failed iteration fails the state. */
async function checkTolerance(visit: Visit, state: MapState): Promise<void> {
  const { toleratedFailureCount: count, toleratedFailurePercentage: percentage } = state;
  if (count) await evaluateNumber(visit, 'ToleratedFailureCount', count, LIMITS.toleratedFailureCount);
  if (percentage) {
    const range = { ...LIMITS.toleratedFailurePercentage, fraction: true };
    await evaluateNumber(visit, 'ToleratedFailurePercentage', percentage, range);
  }
}

async function runIterations(visit: Visit, state: MapState, items: Json[], limit: number): Promise<Json[]> {
  const { history } = visit.execution;
  history.record('MapStateStarted');
  const inputs: Json[] = [];
  visit.work.arguments = inputs;
  try {
    const result = await runTogether(items, limit, visit, visit.position.parts, (item, scope, index) =>
      runIteration(visit, state, { ...scope, mapItem: { index, value: item } }, inputs),
    );
    history.record('MapStateSucceeded');
    return result;
  } catch (thrown) {
    if (thrown instanceof StateError) history.record('MapStateFailed');
    throw thrown;
  }
}

async function runIteration(
  visit: Visit,
  state: MapState,
  scope: FlowScope & Required<Pick<FlowScope, 'mapItem'>>,
  inputs: Json[],
): Promise<Json> {
  const { history } = visit.execution;
  history.record('MapIterationStarted');
  try {
    const input = await iterationInput(visit, state, scope);
    inputs[scope.mapItem.index] = input;
    const output = await runFlow(visit.execution, state.itemProcessor, input, scope);
    history.record('MapIterationSucceeded');
    return output;
  } catch (thrown) {
    if (thrown instanceof Interruption && thrown.reason === 'SIBLING_FAILED')
      history.record('MapIterationAborted');
    const failure = stateErrorOf(visit, thrown);
    history.record('MapIterationFailed');
    throw failure;
  }
}

/** The selector belongs to the Map state, but sees the item. */
async function iterationInput(
  visit: Visit,
  state: MapState,
  { mapItem }: Required<Pick<FlowScope, 'mapItem'>>,
): Promise<Json> {
  if (state.itemSelector === undefined) return mapItem.value;
  return evaluateIn({ ...visit, mapItem }, state.itemSelector);
}
