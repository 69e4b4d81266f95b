/** Milliseconds after which an exchange with Lucca is given up. */
export interface Timeouts {
  /** From sending a request to the end of its answer's headers; connecting is part of it. */
  response: number;
  /** The same where a file is asked for. */
  file: number;
  /** Between two pieces of a body. */
  stall: number;
}

/** Lucca itself aborts a request after 5 s, but for files, perhaps, which may be made on demand; the rest is for the network. */
export const defaultTimeouts: Timeouts = { response: 30_000, file: 180_000, stall: 30_000 };

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
