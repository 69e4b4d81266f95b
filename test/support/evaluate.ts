import { VirtualClock } from '../../local/clock.ts';
import type { Json } from '../../local/states-language/index.ts';
import { fail, FUNCTION, machine, outputOf } from '../local/states-language/support.ts';

/** What an expression sees. */
export interface Seen {
  input?: Json;
  /** Of a task that succeeded. */
  result?: Json;
  /** Of a task that failed. */
  errorOutput?: { Error: string; Cause: string };
  variables?: Record<string, Json>;
  /** Name of the execution. */
  name?: string;
  random?: () => number;
}

const startTime = '2026-11-02T05:00:00.000Z';

/** What a JSONata expression of a workflow gives, in a state machine that is made for it alone. */
export async function evaluate(expression: string, seen: Seen): Promise<Json> {
  const { input = {}, result = null, errorOutput, variables = {}, name = 'name', random } = seen;
  const output = { Output: `{% ${expression} %}` };
  const isTask = 'result' in seen || errorOutput !== undefined;
  const definition = machine({
    Given: { Type: 'Pass', Assign: variables, Next: 'Evaluated' },
    Evaluated: isTask
      ? {
          Type: 'Task',
          Resource: FUNCTION,
          End: true,
          ...(errorOutput === undefined
            ? output
            : { Catch: [{ ErrorEquals: ['States.ALL'], Next: 'Caught', ...output }] }),
        }
      : { Type: 'Pass', End: true, ...output },
    ...(errorOutput !== undefined && { Caught: { Type: 'Succeed' } }),
  });
  return outputOf(definition, {
    input,
    name,
    clock: new VirtualClock(startTime),
    task: () => (errorOutput === undefined ? result : fail(errorOutput.Error, errorOutput.Cause)),
    ...(random === undefined ? {} : { random }),
  });
}
