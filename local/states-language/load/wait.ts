import type { WaitState } from '../definition.ts';
import { LIMITS } from '../limits.ts';
import { parseTimestamp } from '../timestamps.ts';
import { readNext } from './common-fields.ts';
import type { Fields } from './fields.ts';
import { readLeaving } from './leaving.ts';
import { integer, scalarField } from './scalars.ts';

const TIMESTAMP = {
  accepts: (value: unknown) => typeof value === 'string' && parseTimestamp(value) !== undefined,
  expected: 'an ISO 8601 date and time with an offset',
};

/** Reads a Wait state, which waits for seconds or until a timestamp. */
export function readWait(fields: Fields): WaitState {
  const seconds = scalarField(fields, 'Seconds', integer(LIMITS.seconds));
  const timestamp = scalarField(fields, 'Timestamp', TIMESTAMP);
  const given = ['Seconds', 'Timestamp'].filter((name) => fields.values[name] !== undefined);
  if (given.length !== 1) fields.report(fields.path, 'needs one of Seconds and Timestamp');
  return {
    type: 'Wait',
    ...(seconds !== undefined && { seconds }),
    ...(timestamp !== undefined && { timestamp }),
    ...readNext(fields),
    ...readLeaving(fields, 'input'),
  };
}
