import type { TaskState } from '../definition.ts';
import { LAMBDA_INVOKE, LAMBDA_INVOKE_ARGUMENTS } from '../lambda-invoke.ts';
import { LIMITS } from '../limits.ts';
import { readFallible } from './common-fields.ts';
import { type Fields, reportField, stringField } from './fields.ts';
import type { Loader } from './flow.ts';
import { integer, scalarField } from './scalars.ts';
import { templateField } from './templates.ts';

/** Reads a Task state, whose resource the task runner must know. */
export function readTask(fields: Fields, loader: Loader): TaskState {
  const resource = stringField(fields, 'Resource') ?? '';
  const support = resource === '' || loader.supportedResource(resource);
  if (resource.endsWith('.waitForTaskToken')) {
    reportField(fields, 'Resource', 'waiting for a task token is not implemented');
  } else if (support === false) {
    reportField(fields, 'Resource', `${resource} is not supported`);
  } else if (support !== true) {
    reportOtherArguments(fields, support);
  }
  if (resource === LAMBDA_INVOKE) checkLambdaInvoke(fields);
  const args = templateField(fields, 'Arguments', 'input');
  const timeoutSeconds = scalarField(fields, 'TimeoutSeconds', integer(LIMITS.timeoutSeconds));
  return {
    type: 'Task',
    resource,
    ...(args !== undefined && { arguments: args }),
    ...(timeoutSeconds !== undefined && { timeoutSeconds }),
    ...readFallible(fields),
  };
}

/** Arguments that are an expression are judged once they are evaluated. */
function checkLambdaInvoke(fields: Fields): void {
  const args = fields.values['Arguments'];
  if (typeof args === 'string' && args.startsWith('{%')) return;
  if (typeof args === 'object' && args !== null && 'FunctionName' in args) {
    reportOtherArguments(fields, LAMBDA_INVOKE_ARGUMENTS);
  } else {
    reportField(fields, 'Arguments.FunctionName', 'is required');
  }
}

/** An argument that the runner would ignore makes the run differ from AWS. */
function reportOtherArguments(fields: Fields, known: readonly string[]): void {
  const args = fields.values['Arguments'];
  if (typeof args !== 'object' || args === null) return;
  for (const name of Object.keys(args)) {
    if (!known.includes(name)) reportField(fields, `Arguments.${name}`, 'not implemented');
  }
}
