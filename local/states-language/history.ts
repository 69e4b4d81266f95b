import { Interruption } from './errors.ts';
import { LIMITS } from './limits.ts';

/** Counts the events that AWS would write to the execution's history. */
export interface History {
  /** Counts one event; its number is the event's id. */
  record(event: string): number;
  /** Counts the event that ends the execution, for which there is always room. */
  recordEnd(event: string): number;
}

/** An execution that would write more events than the limit is ended by AWS with the last one that fits. */
export function createHistory(): History {
  let events = 0;
  return {
    record(_event) {
      if (events + 1 >= LIMITS.historyEvents) throw new Interruption('HISTORY_FULL');
      return ++events;
    },
    recordEnd(_event) {
      return ++events;
    },
  };
}
