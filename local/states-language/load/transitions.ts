import type { Flow, State } from '../definition.ts';
import { type Fields, pathOf } from './fields.ts';

/** Reports transitions to states that are not of the same flow, and states to which no transition leads. */
export function checkTransitions(flow: Flow, fields: Fields, names: string[]): void {
  for (const [name, state] of flow.states) {
    for (const { field, target } of transitionsOf(state)) {
      if (names.includes(target)) continue;
      fields.report(`${pathOf(fields, `States.${name}`)}.${field}`, `there is no state ${target} here`);
    }
  }
  // With a state that could not be read, nobody knows what is reachable.
  if (flow.states.size < names.length || !flow.states.has(flow.startAt)) return;
  const reached = reachableFrom(flow);
  for (const name of names) {
    if (!reached.has(name)) fields.report(pathOf(fields, `States.${name}`), 'is not reachable');
  }
}

/** AWS refuses a machine that cannot end. Of a branch or an item processor it doesn't ask this. */
export function checkTerminalState(flow: Flow, fields: Fields): void {
  const states = [...flow.states.values()];
  if (states.length > 0 && !states.some(canEnd))
    fields.report(pathOf(fields, 'States'), 'no state is an end');
}

function canEnd(state: State): boolean {
  return state.type !== 'Choice' && !('next' in state);
}

function reachableFrom(flow: Flow): Set<string> {
  const reached = new Set([flow.startAt]);
  // A set is iterated in order of insertion, what is added meanwhile included.
  for (const name of reached) {
    const state = flow.states.get(name);
    if (state) for (const { target } of transitionsOf(state)) reached.add(target);
  }
  return reached;
}

function transitionsOf(state: State): { field: string; target: string }[] {
  const found: { field: string; target: string | undefined }[] = [];
  if ('next' in state) found.push({ field: 'Next', target: state.next });
  if ('catch' in state) {
    found.push(
      ...state.catch.map((catcher, index) => ({ field: `Catch[${index}].Next`, target: catcher.next })),
    );
  }
  if (state.type === 'Choice') {
    found.push(
      ...state.choices.map((rule, index) => ({ field: `Choices[${index}].Next`, target: rule.next })),
    );
    found.push({ field: 'Default', target: state.default });
  }
  return found.filter((transition) => transition.target !== undefined) as { field: string; target: string }[];
}
