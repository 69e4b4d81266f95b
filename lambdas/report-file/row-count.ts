import { parse } from 'csv-parse';

/** A record longer than this is no record: a quote was opened and never closed. In characters. */
const longestRecord = 1024 * 1024;

const bigEndian = Buffer.from('feff', 'hex');

export interface RowCounter {
  add: (bytes: Uint8Array) => void;
  /** Data rows, the header not counted, or undefined when this isn't CSV that can be parsed. */
  end: () => Promise<number | undefined>;
}

/**
 * Counts the records of a CSV as its bytes pass.
 * @param head the start of the file, which `add` will be given again: it tells the delimiter
 */
export function createRowCounter(head: Buffer): RowCounter {
  let records = 0;
  // The parser would take big-endian UTF-16 for single bytes.
  let broken = head.subarray(0, 2).equals(bigEndian);
  const parser = parse({
    bom: true,
    delimiter: delimiterOf(head),
    relax_column_count: true,
    relax_quotes: true,
    skip_empty_lines: true,
    max_record_size: longestRecord,
    on_record: () => {
      records++;
      return null;
    },
  });
  parser.on('error', () => {
    broken = true;
  });
  parser.resume();
  return {
    add: (bytes) => {
      if (!broken) parser.write(bytes);
    },
    end: async () => {
      if (!broken) await new Promise<void>((resolve) => parser.on('close', resolve).end());
      return broken ? undefined : Math.max(0, records - 1);
    },
  };
}

/** Lucca's delimiter depends on the culture of the user whom the API key belongs to: the header tells. */
function delimiterOf(head: Buffer): string {
  const outsideQuotes = head.toString('latin1').replaceAll(/"[^"]*("|$)/g, '');
  const [header = ''] = /[^\r\n]+/.exec(outsideQuotes) ?? [];
  const count = (delimiter: string) => header.split(delimiter).length;
  return [';', ',', '\t'].reduce((best, other) => (count(other) > count(best) ? other : best));
}
