import type { TaskState } from '../definition.ts';
import { lambdaInvokeProblems } from '../lambda-invoke.ts';
import { LIMITS } from '../limits.ts';
import { readFallible } from './common-fields.ts';
import { type Fields, reportField, stringField } from './fields.ts';
import type { Loader } from './flow.ts';
import { integer, scalarField } from './scalars.ts';
import { templateField } from './templates.ts';

/** Reads a Task state, whose resource the task runner must know. */
export function readTask(fields: Fields, loader: Loader): TaskState {
  const resource = stringField(fields, 'Resource') ?? '';
  if (resource.endsWith('.waitForTaskToken')) {
    reportField(fields, 'Resource', 'waiting for a task token is not implemented');
  } else if (resource !== '' && !loader.supportedResource(resource)) {
    reportField(fields, 'Resource', `${resource} is not supported`);
  }
  for (const { field, problem } of lambdaInvokeProblems(resource, fields.values['Arguments'])) {
    reportField(fields, field, problem);
  }
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
