import { VirtualClock } from '../../local/clock.ts';
import { execute, type Json, loadStateMachine, TaskFailure } from '../../local/states-language/index.ts';

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
const resource = 'arn:aws:lambda:eu-west-3:000000000000:function:Task';

/** What a JSONata expression of a workflow gives, in a state machine that is made for it alone. */
export async function evaluate(expression: string, seen: Seen): Promise<Json> {
  const { input = {}, result = null, errorOutput, variables = {}, name = 'name', random } = seen;
  const output = { Output: `{% ${expression} %}` };
  const isTask = 'result' in seen || errorOutput !== undefined;
  const definition = {
    QueryLanguage: 'JSONata',
    StartAt: 'Given',
    States: {
      Given: { Type: 'Pass', Assign: variables, Next: 'Evaluated' },
      Evaluated: isTask
        ? {
            Type: 'Task',
            Resource: resource,
            End: true,
            ...(errorOutput === undefined
              ? output
              : { Catch: [{ ErrorEquals: ['States.ALL'], Next: 'Caught', ...output }] }),
          }
        : { Type: 'Pass', End: true, ...output },
      ...(errorOutput !== undefined && { Caught: { Type: 'Succeed' } }),
    },
  };
  const ended = await execute(
    loadStateMachine(definition, (asked) => asked === resource),
    {
      input,
      name,
      clock: new VirtualClock(startTime),
      runTask: async () => {
        if (errorOutput !== undefined) throw new TaskFailure(errorOutput.Error, errorOutput.Cause);
        return result;
      },
      ...(random === undefined ? {} : { random }),
    },
  );
  if (ended.status === 'SUCCEEDED') return ended.output;
  throw new Error(`${ended.error}: ${ended.cause}`);
}
