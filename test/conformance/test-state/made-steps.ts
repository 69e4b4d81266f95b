import type { Json } from '../../../local/states-language/index.ts';
import { attemptsAlone, type Mock } from './alone.ts';
import { flowsOf, partsOfState, statesOf } from './definition.ts';
import { examples } from './examples.ts';
import { fieldsOf, isClear, isMocked, partsShown, type Step } from './step.ts';
import { decidesByTime } from './unlike.ts';

/** Steps that show what no simulated run shows, each made from another step: with another mock, another input, later. */
export async function makeSteps(steps: readonly Step[]): Promise<Step[]> {
  const made: Step[] = [];
  const shown = new Set(steps.flatMap(partsShown));
  const definitions = new Map(steps.map(({ machine, definition }) => [machine, definition]));
  // A step that was made may lead to a state that nobody knew the way to.
  for (let before = -1; before < made.length;) {
    before = made.length;
    for (const [machine, definition] of definitions) {
      for (const [name, state] of statesOf(definition)) {
        if (partsOfState(machine, name, state).every((part) => shown.has(part))) continue;
        const base = stepAt(name, machine, [...steps, ...made]);
        for (const step of base === undefined ? [] : await variationsOf(base)) {
          const parts = partsShown(step).filter((part) => !shown.has(part));
          if (parts.length === 0 || !isClear(step)) continue;
          parts.forEach((part) => shown.add(part));
          made.push(step);
        }
      }
    }
  }
  return made;
}

/** Errors to which wildcards mean something else each: Timeout is no TaskFailed, ALL isn't all. */
const tellingErrors = ['MadeError', 'States.Timeout', 'States.DataLimitExceeded', 'States.Runtime'];

/** The first attempt at every state that handles errors, with each error that tells one wildcard from another. */
export async function errorSteps(steps: readonly Step[]): Promise<Step[]> {
  const states = Map.groupBy(steps, ({ machine, attempt }) => `${machine}: ${attempt.state}`);
  const bases = [...states.values()].map(([base]) => base!).filter((step) => isMocked(fieldsOf(step)));
  const asked = bases.flatMap((base) => tellingErrors.map((error) => repeat(base, madeError(error))));
  return (await Promise.all(asked)).flatMap(([first]) => first ?? []);
}

const madeError = (error: string): Mock => ({ error, cause: 'made for this test' });

const stepAt = (state: string, machine: string, steps: readonly Step[]): Step | undefined => {
  const known = steps.filter((step) => step.machine === machine);
  return known.find(({ attempt }) => attempt.state === state) ?? entered(state, known);
};

/** A step into a state that nobody entered, from one that leads there. */
function entered(state: string, known: readonly Step[]): Step | undefined {
  const from = known.find(({ attempt: { outcome } }) => 'next' in outcome && outcome.next === state);
  if (from === undefined || !('output' in from.attempt.outcome)) return undefined;
  const { variables, outcome, context } = from.attempt;
  return {
    ...from,
    attempt: {
      state,
      input: outcome.output,
      variables: { ...variables, ...outcome.assigned },
      context: contextIn(state, context),
      outcome: { status: 'FAILED' },
    },
  };
}

function contextIn(state: string, context: Json): Json {
  const { State, ...rest } = context as { State: { EnteredTime: string } };
  return { ...rest, State: { Name: state, EnteredTime: State.EnteredTime, RetryCount: 0 } };
}

async function variationsOf(base: Step): Promise<Step[]> {
  const state = fieldsOf(base);
  const given = (examples[base.machine]?.[base.attempt.state] ?? []).map((example) => ({
    ...base,
    attempt: {
      ...base.attempt,
      ...example,
      variables: { ...base.attempt.variables, ...example.variables },
    },
  }));
  const variations = [base, ...given];
  if (!isMocked(state)) {
    const again = decidesByTime(state) ? timelessSteps : (step: Step) => repeat(step);
    return (await Promise.all(variations.map(again))).flat();
  }
  const results = variations.flatMap(({ attempt: { result } }) => (result === undefined ? [] : [{ result }]));
  const errors = errorsOf(base).map(madeError);
  return (await Promise.all([...results, ...errors].map((mock) => repeat(base, mock)))).flat();
}

/** Every attempt at the state of a step, with another mock for its work. */
async function repeat(step: Step, mock?: Mock): Promise<Step[]> {
  const { state, input, variables, context } = step.attempt;
  const attempts = await attemptsAlone(step.definition, {
    state,
    input,
    variables,
    at: enteredAt(step),
    ...(mock !== undefined && { mock, context }),
  });
  const inside = flowsOf(fieldsOf(step))[0]?.StartAt;
  return attempts.map((attempt) => ({
    machine: step.machine,
    definition: step.definition,
    attempt,
    ...(inside !== undefined && { causedBy: inside }),
  }));
}

const enteredAt = ({ attempt }: Step) =>
  Date.parse((attempt.context as { State: { EnteredTime: string } }).State.EnteredTime);

/** Errors that a state's retriers and catchers name, and one that no list names. */
function errorsOf(step: Step): string[] {
  const { Retry = [], Catch = [] } = fieldsOf(step);
  const named = [...Retry, ...Catch].flatMap(({ ErrorEquals }) => ErrorEquals);
  return [...new Set([...named.filter((name) => !wildcards.has(name)), 'MadeError'])];
}

const wildcards = new Set(['States.ALL', 'States.TaskFailed']);

/**
 * A Choice that decides by the time, in times that decide the same whenever AWS is asked: every time that it is given
 * lies centuries before or after; or all before, or all after.
 */
export async function timelessSteps(step: Step): Promise<Step[]> {
  if (!decidesByTime(fieldsOf(step))) return [step];
  const at = enteredAt(step);
  const ways = [(time: number) => time > at, () => false, () => true];
  const moved = ways.map((isLater) => {
    const move = (text: string) => text.replace(/^\d{4}/, isLater(Date.parse(text)) ? '2992' : '1992');
    const { input, variables } = step.attempt;
    const attempt = { ...step.attempt, ...(movedTimes({ input, variables }, move) as object) };
    return repeat({ ...step, attempt });
  });
  return (await Promise.all(moved)).flat();
}

function movedTimes(value: Json, move: (text: string) => string): Json {
  if (typeof value === 'string') return /^\d{4}-\d\d-\d\dT[\d:.]+Z$/.test(value) ? move(value) : value;
  if (Array.isArray(value)) return value.map((item) => movedTimes(item, move));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, movedTimes(item, move)]));
}
