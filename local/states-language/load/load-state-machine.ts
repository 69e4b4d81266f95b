import type { StateMachine } from '../definition.ts';
import { LIMITS } from '../limits.ts';
import type { ResourceSupport } from '../types.ts';
import { checkVariableScopes } from './variable-scopes.ts';
import { allowOnly, fieldsOf, numberField, reportField } from './fields.ts';
import { type Loader, readFlow } from './flow.ts';
import { checkLanguage } from './query-language.ts';
import { UnsupportedDefinitionError } from './problems.ts';
import { checkTerminalState } from './transitions.ts';

const MACHINE_FIELDS = ['Comment', 'Version', 'StartAt', 'States', 'TimeoutSeconds', 'QueryLanguage'];

/**
 * Checks a definition as a whole and makes it ready to be executed.
 *
 * @param supportedResource says what the task runner knows of a Task's `Resource`.
 * @throws UnsupportedDefinitionError listing every problem.
 */
export function loadStateMachine(definition: unknown, supportedResource: ResourceSupport): StateMachine {
  const problems: string[] = [];
  const report = (path: string, problem: string) =>
    problems.push(path === '' ? problem : `${path}: ${problem}`);
  const machine = readStateMachine(definition, { report, supportedResource, stateNames: new Set() });
  if (machine === undefined || problems.length > 0) throw new UnsupportedDefinitionError(problems);
  return machine;
}

function readStateMachine(definition: unknown, loader: Loader): StateMachine | undefined {
  const fields = fieldsOf(definition, '', loader.report);
  if (fields === undefined) return undefined;
  allowOnly(fields, MACHINE_FIELDS);
  const { Version: version = '1.0', QueryLanguage: language } = fields.values;
  if (version !== '1.0') reportField(fields, 'Version', 'must be 1.0');
  if (language !== undefined) checkLanguage(fields, language);
  const timeoutSeconds = numberField(fields, 'TimeoutSeconds', { ...LIMITS.timeoutSeconds, integer: true });
  const flow = readFlow(fields, { ...loader, defaultLanguage: language ?? 'JSONPath' });
  checkTerminalState(flow, fields);
  checkVariableScopes(flow, loader.report);
  return { ...flow, ...(timeoutSeconds !== undefined && { timeoutSeconds }) };
}
