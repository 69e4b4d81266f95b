import type { Flow, Leaving, State } from '../definition.ts';
import type { Report } from './problems.ts';

/**
 * AWS refuses a machine whose branches or iterations assign a variable that an outer scope assigns. The catchers of
 * the Parallel or Map around them may assign the same names: they only do so when the branches are gone.
 */
export function checkVariableScopes(flow: Flow, report: Report, path = '', outer = new Set<string>()): void {
  for (const [name, state] of flow.states) {
    for (const variable of [...assignedBy(state), ...assignedByCatchers(state)]) {
      if (outer.has(variable))
        report(`${path}States.${name}.Assign.${variable}`, 'is assigned in an outer scope');
    }
  }
  for (const [name, state] of flow.states) {
    for (const [field, inner] of innerFlows(state)) {
      checkVariableScopes(inner, report, `${path}States.${name}.${field}.`, scopeAround(state, flow, outer));
    }
  }
}

function scopeAround(state: State, flow: Flow, outer: Set<string>): Set<string> {
  const names = new Set([...outer, ...assignedBy(state)]);
  for (const other of flow.states.values()) {
    if (other === state) continue;
    for (const name of [...assignedBy(other), ...assignedByCatchers(other)]) names.add(name);
  }
  return names;
}

function assignedBy(state: State): string[] {
  const rules = state.type === 'Choice' ? state.choices : [];
  return [...('assign' in state ? variablesOf(state) : []), ...rules.flatMap(variablesOf)];
}

function assignedByCatchers(state: State): string[] {
  return 'catch' in state ? state.catch.flatMap(variablesOf) : [];
}

function variablesOf({ assign }: Leaving): string[] {
  return assign?.kind === 'object' ? assign.entries.map(([name]) => name) : [];
}

function innerFlows(state: State): [field: string, flow: Flow][] {
  if (state.type === 'Map') return [['ItemProcessor', state.itemProcessor]];
  if (state.type === 'Parallel') return state.branches.map((branch, index) => [`Branches[${index}]`, branch]);
  return [];
}
