/** Milliseconds after which an exchange with Lucca is given up. */
export interface Timeouts {
  /** From sending a request to the end of its answer's headers; connecting is part of it. */
  response: number;
  /** Between two pieces of a body. */
  stall: number;
}

/** Lucca itself aborts a request after 5 s; the rest is for the network and for files made on demand. */
export const defaultTimeouts: Timeouts = { response: 30_000, stall: 30_000 };

class TimeoutError extends Error {
  override readonly name = 'TimeoutError';
}

/** Runs `work` with a signal that is aborted after `milliseconds`. */
export async function withTimeout<T>(
  milliseconds: number,
  what: string,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const controller = new AbortController();
  const timer = setTimeout(
    () => controller.abort(new TimeoutError(`${what} took longer than ${milliseconds / 1000} s`)),
    milliseconds,
  );
  try {
    return await work(controller.signal);
  } finally {
    clearTimeout(timer);
  }
}
