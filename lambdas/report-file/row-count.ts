import { dialectOf } from './csv-dialect.ts';
import { createRecordCounter } from './csv-records.ts';
import { createNarrower } from './utf16.ts';

export interface RowCounter {
  add: (bytes: Uint8Array) => void;
  /** Data rows, the header not counted, or undefined where nobody can know. */
  end: () => number | undefined;
}

/**
 * Counts the rows of a CSV as its bytes pass.
 * @param head the start of the file, which `add` will be given again
 */
export function createRowCounter(head: Buffer): RowCounter {
  const dialect = dialectOf(head);
  if (dialect === undefined) return { add: () => {}, end: () => undefined };
  const { encoding, headerAt, delimiter } = dialect;
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
  };
}
