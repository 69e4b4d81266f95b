import type { WaitState } from '../definition.ts';
import { EvaluationError } from '../errors.ts';
import { LIMITS } from '../limits.ts';
import { parseTimestamp } from '../timestamps.ts';
import { evaluateNumber, evaluateString } from '../typed-fields.ts';
import { leave, type Outcome, type Visit } from '../visit.ts';

/** A Wait state sleeps for seconds or until a timestamp, not at all when that lies in the past. */
export async function runWait(visit: Visit, state: WaitState): Promise<Outcome> {
  const { clock, emit } = visit.execution;
  const milliseconds = await waitingTime(visit, state);
  emit({ type: 'waitStarted', at: clock.now(), state: visit.name, seconds: milliseconds / 1000 });
  visit.work.seconds = milliseconds / 1000;
  await clock.sleep(milliseconds, visit.signal);
  return leave(visit, state, visit.input);
}

async function waitingTime(visit: Visit, { seconds, timestamp }: WaitState): Promise<number> {
  if (seconds !== undefined) return 1000 * (await evaluateNumber(visit, 'Seconds', seconds, LIMITS.seconds));
  const text = timestamp === undefined ? '' : await evaluateString(visit, timestamp);
  const until = parseTimestamp(text);
  if (until === undefined) {
    throw new EvaluationError(
      `The Timestamp field cannot be parsed as an ISO-8601 extended offset date-time format string: ${text}`,
    );
  }
  return Math.max(0, until - visit.execution.clock.now());
}
