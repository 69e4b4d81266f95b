import { VirtualClock } from '../../local/clock.ts';
import {
  execute,
  type ExecutionEvent,
  loadStateMachine,
  type StateMachine,
  UnsupportedDefinitionError,
} from '../../local/states-language/index.ts';
import { firstDifference } from './compare.ts';
import { recordingOf } from './recording.ts';
import { createTaskRunner, supportedResource } from './tasks.ts';
import { isOutOfScope, type Vector } from './vector.ts';

export interface Verdict {
  name: string;
  verdict: 'reproduced' | 'refused' | 'wrong';
  /** For a wrong one: what is wrong. */
  reason?: string;
}

/** Runs a vector in virtual time and compares the run with the recording. */
export async function runVector(vector: Vector): Promise<Verdict> {
  const { name } = vector;
  const machine = load(vector);
  if (machine instanceof UnsupportedDefinitionError) {
    if (isOutOfScope(vector)) return { name, verdict: 'refused' };
    return { name, verdict: 'wrong', reason: `refused: ${machine.problems.join('; ')}` };
  }
  if (isOutOfScope(vector)) return { name, verdict: 'wrong', reason: 'loaded, although it is out of scope' };
  try {
    const reason = await differenceOf(vector, machine);
    return reason === undefined ? { name, verdict: 'reproduced' } : { name, verdict: 'wrong', reason };
  } catch (error) {
    return { name, verdict: 'wrong', reason: `threw ${String(error)}` };
  }
}

function load(vector: Vector): StateMachine | UnsupportedDefinitionError {
  try {
    return loadStateMachine(vector.definition, supportedResource);
  } catch (error) {
    if (error instanceof UnsupportedDefinitionError) return error;
    throw error;
  }
}

async function differenceOf(vector: Vector, machine: StateMachine): Promise<string | undefined> {
  const clock = new VirtualClock('2025-01-01T00:00:00Z');
  const events: ExecutionEvent[] = [];
  const result = await execute(machine, {
    input: vector.input,
    clock,
    runTask: createTaskRunner(vector.tasks, clock),
    name: vector.name,
    onEvent: (event) => events.push(event),
  });
  const difference = firstDifference(vector.expected, recordingOf(result, events), vector.unstable);
  if (difference === undefined) return undefined;
  const { pointer, expected, actual } = difference;
  return `${pointer}: expected ${JSON.stringify(expected)}, but was ${JSON.stringify(actual)}`;
}
