import type { WriteStream } from 'node:tty';
import type { ExecutionEvent, Json } from '../states-language/index.ts';
import { printable } from '../../lambdas/shared/printable.ts';
import { inWordsOfLaptop, reasonLine } from './words.ts';

/** Shows an execution as it goes: on a terminal with a live line below, elsewhere in plain lines. */
export interface Progress {
  onEvent: (event: ExecutionEvent) => void;
  say: (line: string) => void;
  /** What an execution that is stopped now was held up by, in a sentence; undefined if nothing is being tried again. */
  heldUp: () => string | undefined;
  /** Removes the live line. */
  stop: () => void;
}

const refreshMilliseconds = 200;

/**
 * @param out directory that stands for the bucket
 * @param receivedBytes bytes that the bucket has received so far
 */
export function createProgress(output: WriteStream, out: string, receivedBytes: () => number): Progress {
  const started = Date.now();
  let live = '';
  let since = started;
  let polls = 0;
  const batch = createBatchProgress();
  const retries = createRetryProgress();

  const clear = () => {
    if (output.isTTY) output.write('\r\u001B[K');
  };
  const draw = () => {
    if (!output.isTTY || live === '') return;
    const seconds = Math.round((Date.now() - since) / 1000);
    const bytes = receivedBytes();
    const parts = [
      `${live} ${seconds} s`,
      ...(polls === 0 ? [] : [`${polls} polls`]),
      ...(bytes === 0 ? [] : [`${formatBytes(bytes)} received`]),
    ];
    // A line that wraps can't be cleared.
    output.write(`\r\u001B[K${shorten(parts.join(', '), output.columns - 1)}`);
  };
  const say = (line: string) => {
    clear();
    output.write(`${printable(inWordsOfLaptop(line, out))}\n`);
    draw();
  };
  const timer = output.isTTY ? setInterval(draw, refreshMilliseconds) : undefined;
  const show = (line: string) => say(`${elapsed(started)}  ${line}`);

  return {
    say,
    heldUp: retries.heldUp,
    onEvent: (event) => {
      if (event.type === 'stateEntered') {
        live = event.state;
        since = Date.now();
        if (event.state === 'Create Report') polls = 0;
        if (event.state === 'Check Report') polls++;
      }
      const line = retries.describe(event) ?? batch(event) ?? describe(event, polls);
      if (line !== undefined) show(line);
      else draw();
    },
    stop: () => {
      clearInterval(timer);
      live = '';
      clear();
    },
  };
}

const elapsed = (started: number) => `${String(Math.round((Date.now() - started) / 1000)).padStart(4)} s`;

/** States that say nothing to a person as long as all is well, or that a batch tells of in its own words. */
const silent = /Lease$|^Announce |^(Export|Describe) Item$/;

/** One line for the events that tell a person something; the others have none. */
function describe(event: ExecutionEvent, polls: number): string | undefined {
  if (silent.test(event.state)) return undefined;
  switch (event.type) {
    case 'waitStarted':
      return `${event.state}: ${event.seconds} s`;
    case 'taskSucceeded':
      return `${event.state}${event.state === 'Check Report' ? ` #${polls}` : ''}${details(event.result)}`;
    case 'taskFailed':
      return `${event.state}: ${event.error}`;
    default:
      return undefined;
  }
}

/** Longer ones are no line any more. */
const longestReason = 200;

/** Lines of retries: the reason is told once for all that have the same. */
function createRetryProgress(): {
  describe: (event: ExecutionEvent) => string | undefined;
  heldUp: Progress['heldUp'];
} {
  let retried: { state: string; reason: string } | undefined;
  return {
    heldUp: () =>
      retried && `The export was stopped while ${retried.state} was tried again: ${retried.reason}`,
    describe: (event) => {
      if (event.type === 'stateEntered' || event.type === 'taskSucceeded') retried = undefined;
      if (event.type !== 'retryScheduled') return undefined;
      const { state, attempt, delaySeconds } = event;
      const reason = reasonLine(event.error, event.cause);
      const isKnown = retried?.reason === reason;
      retried = { state, reason };
      const line = `${state}: retry ${attempt} in ${delaySeconds.toFixed(1)} s`;
      return isKnown ? line : `${line}: ${shorten(reason, longestReason)}`;
    },
  };
}

const shorten = (text: string, length: number) =>
  text.length > length ? `${text.slice(0, length - 1)}…` : text;

/** An item of a batch, as far as it is shown. */
interface Item {
  outcome: { startsOn: string | null; endsOn: string | null; status: string };
}

/** Lines of a batch: which export begins, and which of how many it is; and which one failed. */
function createBatchProgress(): (event: ExecutionEvent) => string | undefined {
  let [item, items] = [0, 0];
  return (event) => {
    if (event.type === 'taskSucceeded' && event.state === 'Plan Batch') {
      items = (event.result as unknown as { items: unknown[] }).items.length;
      return `Plan Batch: ${items} exports`;
    }
    if (event.type === 'stateEntered' && event.state === 'Already Exported?') {
      const { startsOn, endsOn, status } = (event.input as unknown as Item).outcome;
      return `[${++item}/${items}] ${datesText(startsOn, endsOn)}${status === 'skipped' ? ': exported already' : ''}`;
    }
    if (event.type === 'stateExited' && event.state === 'Item Failed') {
      const { error, cause } = event.output as { error: string; cause: string };
      return `failed with ${error}: ${cause}`;
    }
    return undefined;
  };
}

/** The few fields of results that are worth a line. */
interface Details {
  status?: string;
  reportId?: number;
  templateId?: number;
  startsOn?: string;
  endsOn?: string;
  key?: string;
  bytes?: number;
  rows?: number;
}

function details(result: Json): string {
  if (typeof result !== 'object' || result === null) return '';
  const { status, reportId, templateId, startsOn, endsOn, key, bytes, rows } = result as Details;
  const parts = [
    status,
    reportId && `report ${reportId}`,
    templateId && `template ${templateId}`,
    startsOn && `${startsOn} to ${endsOn}`,
    key,
    bytes === undefined ? undefined : formatBytes(bytes),
    rows === undefined ? undefined : `${rows} rows`,
  ].filter(Boolean);
  return parts.length === 0 ? '' : `: ${parts.join(', ')}`;
}

export const datesText = (startsOn: string | null, endsOn: string | null) =>
  startsOn === null ? "the template's default period" : `${startsOn} to ${endsOn}`;

export function formatBytes(bytes: number): string {
  if (bytes < 1000) return `${bytes} B`;
  if (bytes < 1_000_000) return `${(bytes / 1000).toFixed(1)} kB`;
  return `${(bytes / 1_000_000).toFixed(1)} MB`;
}
