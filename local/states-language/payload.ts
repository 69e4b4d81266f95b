import { StateError } from './errors.ts';
import { jsonBytes } from './json.ts';
import { LIMITS } from './limits.ts';
import type { Json } from './types.ts';

/** Fails when data is larger than AWS lets pass. `source` is the state or the resource that it comes from. */
export function checkPayload(source: string, payload: Json): void {
  if (jsonBytes(payload) <= LIMITS.payloadBytes) return;
  throw new StateError(
    'States.DataLimitExceeded',
    `The state/task '${source}' returned a result with a size exceeding the maximum number of bytes service limit.`,
  );
}
