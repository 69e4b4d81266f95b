/** How long whatever was started may take to close, in milliseconds. */
const patience = 5_000;

/**
 * A signal that is set off when the process is told to end, or when nobody reads what it writes any more. The process
 * ends a few seconds later even if something doesn't close.
 */
export function stopWhenTold(): AbortSignal {
  const stop = new AbortController();
  const abort = (reason: string) => {
    if (stop.signal.aborted) return;
    stop.abort(new Error(reason));
    setTimeout(() => process.exit(130), patience).unref();
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    // Not `once`: npm passes on the Ctrl-C that the terminal has sent already, and a second one would kill.
    process.on(signal, () => abort(`Stopped by ${signal}.`));
  }
  for (const stream of [process.stdout, process.stderr]) {
    // As in `npm start | head`.
    stream.on('error', () => abort('Stopped: nobody reads the output any more.'));
  }
  return stop.signal;
}

/** Ends the process as soon as everything is closed and written, and a few seconds later in any case. */
export function exitSoon(code: number): void {
  process.exitCode = code;
  setTimeout(() => process.exit(code), patience).unref();
}
