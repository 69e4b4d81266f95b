import { unitBytes } from './encoding.ts';
import type { Dialect } from './csv-dialect.ts';
import { createRecordCounter } from './csv-records.ts';
import { createNarrower } from './utf16.ts';

export interface RowCounter {
  add: (bytes: Uint8Array) => void;
  /** Data rows, the header not counted, or undefined where nobody can know. */
  end: () => number | undefined;
  /** Whether a quote is open that belongs to a field. */
  isWithinQuotes: () => boolean;
  /** Where the last rows begin, in bytes of the file. Where nobody can know any more, the last one goes on to the end. */
  lastStarts: () => number[];
}

/** Where the start of a file doesn't tell how to read it. */
const unknown: RowCounter = {
  add: () => {},
  end: () => undefined,
  isWithinQuotes: () => false,
  lastStarts: () => [],
};

/** Counts the rows of a CSV as its bytes pass. */
export function createRowCounter(dialect: Dialect | undefined): RowCounter {
  if (dialect === undefined) return unknown;
  const { encoding, headerAt, rowsAt = Infinity, delimiter } = dialect;
  const counter = createRecordCounter(delimiter);
  const narrow = createNarrower(encoding);
  let passed = 0;
  return {
    add: (bytes) => {
      counter.add(narrow(bytes.subarray(Math.max(0, headerAt - passed))));
      passed += bytes.byteLength;
    },
    end: () => {
      const records = counter.end();
      return records === undefined ? undefined : Math.max(0, records - 1);
    },
    isWithinQuotes: counter.isWithinQuotes,
    lastStarts: () =>
      counter
        .lastStarts()
        .map((start) => headerAt + start * unitBytes(encoding))
        .filter((start) => start >= rowsAt),
  };
}
