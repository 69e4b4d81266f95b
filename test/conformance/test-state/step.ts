import type { StateAttempt } from '../../../local/states-language/index.ts';
import { type Flow, partNames, type StateFields, statesOf } from './definition.ts';

/** One attempt at a state, which TestState can be asked to repeat. */
export interface Step {
  /** What the state machine is called, whichever tenant's it is. */
  machine: string;
  definition: Flow;
  attempt: StateAttempt;
  /** For a Parallel or a Map that failed: the state inside whose error it was. */
  causedBy?: string;
}

export const fieldsOf = ({ definition, attempt }: Step): StateFields =>
  statesOf(definition).get(attempt.state)!;

/** The types whose work a mock stands for. Only with a mock does TestState take a context. */
export const isMocked = ({ Type }: StateFields): boolean => ['Task', 'Parallel', 'Map'].includes(Type);

/** Whether the error, if there is one, is known to be of the work: an evaluation may fail after it, too. */
export const isClear = ({ attempt: { outcome } }: Step): boolean =>
  !('error' in outcome) || outcome.error !== 'States.QueryEvaluationError';

/** The parts of the state machine that a step shows. */
export function partsShown({ machine, attempt: { state, outcome, retrier } }: Step): string[] {
  const part = partNames(machine, state);
  // One that allows no attempt knows its error all the same.
  const retry =
    retrier !== undefined && (outcome.status === 'RETRIABLE' || retrier.retries === 0)
      ? [part.retry(retrier.index)]
      : [];
  switch (outcome.status) {
    case 'SUCCEEDED':
      return [part.state, part.transition(outcome.next)];
    case 'CAUGHT_ERROR':
      return [part.state, ...retry, part.catch(outcome.catcher)];
    case 'RETRIABLE':
    case 'FAILED':
      return [part.state, ...retry];
  }
}

/** So many retries are like more of them. */
const many = 3;

/** What makes a step worth a call beside others: its parts, with the error, and with how often it was tried again. */
export function featuresOf(step: Step): string[] {
  const { outcome, retrier } = step.attempt;
  const parts = partsShown(step);
  const error = outcome.status === 'SUCCEEDED' ? '' : ` on ${outcome.error}`;
  const retries = retrier === undefined ? '' : ` after ${Math.min(retrier.retries, many)} retries`;
  return parts.flatMap((part) => [
    `${part} ${outcome.status}${error}`,
    `${part} ${outcome.status}${retries}`,
  ]);
}
