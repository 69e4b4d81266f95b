import { StateError } from './errors.ts';
import { jsonBytes } from './json.ts';
import { LIMITS } from './limits.ts';
import type { Json } from './types.ts';

/** The variables of a flow. Those of the outer flows can be read, not assigned. */
export interface VariableScope {
  readonly outer?: VariableScope;
  readonly values: Map<string, Json>;
  /** Bytes of all variables of the execution, which all scopes share. */
  readonly stored: { bytes: number };
}

export function createScope(outer?: VariableScope): VariableScope {
  const stored = outer?.stored ?? { bytes: 0 };
  return { values: new Map(), stored, ...(outer !== undefined && { outer }) };
}

/** All variables that an expression sees. */
export function visibleVariables(scope: VariableScope): Record<string, Json> {
  return { ...(scope.outer && visibleVariables(scope.outer)), ...Object.fromEntries(scope.values) };
}

/** Sets variables, within AWS's limits for one Assign and for all variables together. */
export function assignVariables(scope: VariableScope, assigned: Record<string, Json>): void {
  const bytes = Object.values(assigned).reduce<number>((sum, value) => sum + jsonBytes(value), 0);
  if (bytes > LIMITS.assignBytes) {
    throw new StateError('States.DataLimitExceeded', 'The variables of one Assign exceed 256 KiB.');
  }
  for (const [name, value] of Object.entries(assigned)) {
    scope.stored.bytes += jsonBytes(value) - storedBytes(scope, name);
    scope.values.set(name, value);
  }
  if (scope.stored.bytes > LIMITS.variablesBytes) {
    throw new StateError('States.DataLimitExceeded', 'The variables of the execution exceed 10 MiB.');
  }
}

/** Gives back the room of a branch or an iteration that has ended. */
export function releaseScope(scope: VariableScope): void {
  for (const name of scope.values.keys()) scope.stored.bytes -= storedBytes(scope, name);
  scope.values.clear();
}

function storedBytes(scope: VariableScope, name: string): number {
  const value = scope.values.get(name);
  return value === undefined ? 0 : jsonBytes(value);
}
