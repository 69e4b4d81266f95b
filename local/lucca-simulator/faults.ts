import { isDownload } from './report-files.ts';
import type { Operation } from './routes.ts';

/** Which calls go wrong: from the `nth` on (counted since the fault was added; default 1), `times` of them (1). */
interface Calls {
  on: Operation | 'any';
  nth?: number;
  times?: number;
}

/** Answered in place of what was asked for, which is not done unless `carriedOut`. */
type WrongAnswer =
  | {
      kind: 'status';
      status: number;
      headers?: Record<string, string>;
      /** Text or a JSON object; problem details by default. */
      body?: string | Record<string, unknown>;
      /** Seconds to wait, told in a `Retry-After` header. */
      retryAfter?: number;
      retryAfterAs?: 'seconds' | 'httpDate';
      carriedOut?: boolean;
    }
  /** Problem details that quote the request's Authorization header; with status 400 by default. */
  | { kind: 'echoKey'; status?: number; form?: 'lowerCase' | 'upperCase' | 'bare' | 'urlEncoded' | 'base64' }
  /** A web page; by default a login page with status 200. */
  | { kind: 'html'; status?: number }
  /** JSON that speaks of a status, but not of this report's. */
  | { kind: 'otherStatus'; of: 'service' | 'report' }
  /** JSON that says something else, with status 200; labelled as a file where a file was asked for. */
  | { kind: 'json' };

/** Something happens to the report that the call is about, and the answer tells the truth about it. */
type ReportFault =
  /** Its generation ends in status `error`. */
  | { kind: 'generationError' }
  /** Its generation never ends. */
  | { kind: 'neverDone' }
  /** Its generation ends in a status that Lucca's guide does not know; `archived` by default. */
  | { kind: 'unknownStatus'; status?: string }
  /** It vanishes before its time. */
  | { kind: 'expired' }
  /** Another integration with the same key has a report generated. */
  | { kind: 'superseded' };

/** Done as asked, but the answer is put together wrongly. */
type DistortedAnswer =
  | { kind: 'empty' }
  /** JSON without the `id`. */
  | { kind: 'missingId' }
  /** `id` and `templateId` as strings, 201 where 200 was said, and fields that nobody knows. */
  | { kind: 'stringId' }
  /** JSON that begins with a byte order mark, as .NET may write it. */
  | { kind: 'byteOrderMark' }
  /** Half of a file, as 206. */
  | { kind: 'partial' }
  /** A compressed file, which nobody asked for; cut in half, but of the length or chunks of that half. */
  | { kind: 'compressed'; cut?: boolean }
  /** Something else under a file's name. */
  | { kind: 'otherFile'; as: OtherFile };

/** What comes where a file is expected, or what servers make of one that fail after they have begun. */
export type OtherFile =
  'gzip' | 'zip' | 'base64' | 'jsonText' | 'sentence' | 'zeros' | 'cutLine' | 'pageAtEnd';

/** Done as asked, and answered rightly, but the answer travels badly. Bytes are bytes of the body. */
type BadDelivery =
  /** Nothing is answered: the connection breaks. */
  | { kind: 'noAnswer' }
  /** The connection breaks after so many bytes; by default half of them. */
  | { kind: 'cut'; afterBytes?: number }
  /** Nothing follows after so many bytes, and the connection stays open; by default half of them. */
  | { kind: 'stall'; afterBytes?: number }
  /** The body ends so many bytes before its Content-Length says; by default 1. */
  | { kind: 'wrongLength'; missingBytes?: number }
  /** No Content-Length is given, so that nobody could tell that bytes are missing; by default none are. */
  | { kind: 'chunked'; missingBytes?: number }
  /** Neither length nor chunks, as HTTP/1.0 answers: the connection's end is the answer's. Whole, or cut in half. */
  | { kind: 'unframed'; cut?: 'closed' | 'reset' }
  /** A few bytes at a time, with pauses of real time: by default a tenth of the body every 5 ms. */
  | { kind: 'slow'; bytesAtATime?: number; pauseMilliseconds?: number };

export type Fault = Calls & (WrongAnswer | ReportFault | DistortedAnswer | BadDelivery);

const concernsReportsOnly = new Set<Fault['kind']>([
  'generationError',
  'neverDone',
  'unknownStatus',
  'expired',
  'superseded',
]);
const concernsJsonOnly = new Set<Fault['kind']>(['missingId', 'stringId', 'byteOrderMark', 'otherStatus']);
const concernsFilesOnly = new Set<Fault['kind']>(['partial', 'compressed', 'otherFile']);

function concerns(fault: Fault, operation: Operation): boolean {
  if (concernsReportsOnly.has(fault.kind) && operation === 'createTemplate') return false;
  if (concernsJsonOnly.has(fault.kind) && isDownload(operation)) return false;
  if (concernsFilesOnly.has(fault.kind) && !isDownload(operation)) return false;
  return fault.on === 'any' || fault.on === operation;
}

/** The faults that calls are going to meet. */
export interface FaultPlan {
  add: (fault: Fault) => void;
  /** Counts a call, and answers its fault, if it meets one. Where it could meet several, the first one added wins. */
  nextFault: (operation: Operation) => Fault | undefined;
}

export function createFaultPlan(initial: Fault[]): FaultPlan {
  const planned: { fault: Fault; calls: number; left: number }[] = [];
  const add = (fault: Fault) => void planned.push({ fault, calls: 0, left: fault.times ?? 1 });
  initial.forEach(add);

  return {
    add,
    nextFault: (operation) => {
      const concerned = planned.filter(({ fault }) => concerns(fault, operation));
      for (const each of concerned) each.calls++;
      const due = concerned.find(({ fault, calls, left }) => calls >= (fault.nth ?? 1) && left > 0);
      if (due) due.left--;
      return due?.fault;
    },
  };
}
