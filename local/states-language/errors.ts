/** Why a state failed, as its Retry and Catch see it. */
export class StateError extends Error {
  override readonly name = 'StateError';
  /** Undefined when a Fail state gives none. */
  readonly error: string | undefined;
  readonly explanation: string | undefined;

  constructor(error: string | undefined, explanation?: string) {
    super(error ?? 'a Fail state without Error');
    this.error = error;
    this.explanation = explanation;
  }
}

/** An expression that failed or gave what its field does not take; it becomes a States.QueryEvaluationError. */
export class EvaluationError extends Error {
  override readonly name = 'EvaluationError';
}

/** Why states end before their time, without having failed themselves. No Catch sees it. */
export class Interruption extends Error {
  override readonly name = 'Interruption';
  readonly reason: 'ABORTED' | 'TIMED_OUT' | 'HISTORY_FULL' | 'SIBLING_FAILED';

  constructor(reason: Interruption['reason']) {
    super(reason);
    this.reason = reason;
  }
}
