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
    stream.on('error', ({ code, message }: NodeJS.ErrnoException) => {
      if (stop.signal.aborted) return;
      abort('Stopped: nobody reads the output any more.');
      // As in `npm start | head`; anything else, such as a full disk, is no success.
      if (code !== 'EPIPE') failWith(`The output can't be written: ${message}`);
    });
  }
  whenNpmEnds(() => abort('Stopped: npm has ended.'));
  return stop.signal;
}

function failWith(message: string): void {
  process.stderr.write(`${message}\n`);
  process.once('exit', () => (process.exitCode ||= 1));
}

/** npm hands on SIGTERM to a shell, and that to nobody: it only ends, and this process gets another parent. */
function whenNpmEnds(act: () => void): void {
  const { ppid } = process;
  if (process.env.npm_lifecycle_event !== 'start') return;
  setInterval(() => {
    if (process.ppid !== ppid) act();
  }, 500).unref();
}

/** Ends the process as soon as everything is closed and written, and a few seconds later in any case. */
export function exitSoon(code: number): void {
  process.exitCode = code;
  setTimeout(() => process.exit(code), patience).unref();
}
