import { VirtualClock } from '../../../local/clock.ts';
import {
  execute,
  type Json,
  loadStateMachine,
  type StateAttempt,
  TaskFailure,
} from '../../../local/states-language/index.ts';
import { type Flow, type StateFields, statesOf, targetsOf } from './definition.ts';

/** What stands for the work of a Task, a Parallel or a Map. */
export type Mock = { result: Json } | { error: string; cause: string };

export interface Surroundings {
  state: string;
  input: Json;
  variables: { [name: string]: Json };
  /** `$states.context`. @default the interpreter's own */
  context?: Json;
  mock?: Mock | undefined;
  /** When the state is entered, in milliseconds since the epoch. */
  at: number;
}

/** Variables of a definition can't be called so. */
const reserved = { context: 'contextOfTheTest', results: 'resultsOfTheTest' };

/**
 * Has the interpreter run one state of a definition and nothing else: every attempt at it, the mock standing for its
 * work each time. Around it are a state that sets its variables and hands it its input, and ends for where it leads.
 */
export async function attemptsAlone(definition: Flow, surroundings: Surroundings): Promise<StateAttempt[]> {
  const { state: name, context, variables, mock, at } = surroundings;
  const attempts: StateAttempt[] = [];
  const machine = loadStateMachine(machineAround(definition, surroundings), () => true);
  await execute(machine, {
    name: 'alone',
    input: {},
    clock: new VirtualClock(at),
    runTask: async () => {
      if (mock === undefined) throw new Error(`${name} has no mock`);
      if ('error' in mock) throw new TaskFailure(mock.error, mock.cause);
      return mock.result;
    },
    onAttempt: (attempt) => {
      if (attempt.state !== name) return;
      attempts.push({ ...attempt, variables, context: context ?? attempt.context });
    },
  });
  return attempts;
}

function machineAround(definition: Flow, { state: name, input, variables, context, mock }: Surroundings) {
  const fields = statesOf(definition).get(name)!;
  const state = withContext(withMock(fields, mock), context !== undefined);
  const targets = [...targetsOf(state), ...(state.Catch ?? []).map((catcher) => catcher.Next)];
  const ends = targets.filter((target) => target !== undefined && target !== name);
  return {
    QueryLanguage: 'JSONata',
    StartAt: 'Before',
    States: {
      Before: {
        Type: 'Pass',
        Assign: {
          ...variables,
          ...(context !== undefined && { [reserved.context]: context }),
          ...(mock !== undefined && 'result' in mock && { [reserved.results]: mock.result }),
        },
        Output: input,
        Next: name,
      },
      ...Object.fromEntries(ends.map((end) => [end, { Type: 'Succeed' }])),
      [name]: state,
    },
  };
}

/** Has the mock stand for the branches of a Parallel and the iterations of a Map. */
function withMock(state: StateFields, mock: Mock | undefined): StateFields {
  if (mock === undefined) return state;
  const failure = 'error' in mock && flowOf({ Type: 'Fail', Error: mock.error, Cause: mock.cause });
  if (state.Branches !== undefined) {
    const results = 'result' in mock ? (mock.result as Json[]) : [];
    return {
      ...state,
      Branches: failure ? [failure] : results.map((Output) => flowOf({ Type: 'Pass', Output, End: true })),
    };
  }
  if (state.ItemProcessor !== undefined) {
    const Output = `{% $${reserved.results}[$states.context.Map.Item.Index] %}`;
    return {
      ...state,
      ItemProcessor: failure || flowOf({ Type: 'Pass', Output, End: true }),
    };
  }
  return state;
}

const flowOf = (state: StateFields): Flow => ({ StartAt: 'Work', States: { Work: state } });

/** Has expressions read the context that is given: all but the item of a Map, which the Map itself makes. */
const withContext = (state: StateFields, isGiven: boolean): StateFields =>
  isGiven
    ? (JSON.parse(
        JSON.stringify(state).replaceAll(/\$states\.context(?!\.Map\b)/g, `$${reserved.context}`),
      ) as StateFields)
    : state;
