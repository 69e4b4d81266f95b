import { delimiters } from './csv-text.ts';

/** A quoted field longer than this is none: its quote was opened and never closed. In bytes. */
const longestQuoted = 1024 * 1024;

/** Of how many records at the end is known where they begin: an error may come with the stack that led to it. */
const keptStarts = 128;

const lineFeed = 0x0a;
const carriageReturn = 0x0d;
const quote = 0x22;
/** What DOS programs end a file with. */
const endOfFile = 0x1a;
const isLineBreak = (byte: number) => byte === lineFeed || byte === carriageReturn;

// Where a byte stands.
const unquoted = 0;
const quoted = 1;
/** Behind a quote that closes the field, or is the first one of two. */
const behindQuote = 2;
const nobodyKnows = 3;

export interface RecordCounter {
  add: (bytes: Uint8Array) => void;
  /** Records that aren't blank, the header among them, or undefined where nobody can know. */
  end: () => number | undefined;
  /** Whether a quote is open that belongs to a field. */
  isWithinQuotes: () => boolean;
  /** Where the last records begin, in bytes. Where nobody can know any more, the last one goes on to the end. */
  lastStarts: () => number[];
}

/**
 * Counts the records of a CSV as its bytes pass, without decoding them: ASCII must be single bytes.
 * @param delimiter undefined when it isn't known: then only quotes around whole lines are understood
 */
export function createRecordCounter(delimiter: string | undefined): RecordCounter {
  const { opening, closing } = quoteRules(delimiter);
  let state = unquoted;
  let last = lineFeed;
  let passed = 0;
  let openedAt = 0;
  let records = 0;
  let blanks = 0;
  const starts = new Float64Array(keptStarts);
  const breaks = { lineFeeds: 0, carriageReturns: 0, pairs: 0 };

  function lineBreak(byte: number, before: number, position: number) {
    if (byte === lineFeed) breaks.lineFeeds++;
    else breaks.carriageReturns++;
    if (!isLineBreak(before)) records++;
    else if (byte === lineFeed && before === carriageReturn) breaks.pairs++;
    else blanks++;
    starts[records % keptStarts] = position + 1;
  }

  function add(bytes: Uint8Array) {
    const { length } = bytes;
    for (let at = 0; at < length && state !== nobodyKnows; at++) {
      // Nearly all bytes pass in these two inner loops.
      if (state === unquoted) {
        while (at < length && bytes[at]! > quote) at++;
        if (at === length) break;
        const byte = bytes[at]!;
        const before = at === 0 ? last : bytes[at - 1]!;
        if (isLineBreak(byte)) lineBreak(byte, before, passed + at);
        if (byte !== quote) continue;
        state = opening[before]!;
        openedAt = passed + at;
      } else if (state === quoted) {
        while (at < length && bytes[at] !== quote) at++;
        if (passed + at - openedAt > longestQuoted) state = nobodyKnows;
        else if (at < length) state = behindQuote;
      } else {
        state = closing[bytes[at]!]!;
        // Once more, now as a byte outside quotes.
        if (state === unquoted) at--;
      }
    }
    passed += length;
    last = bytes.at(-1) ?? last;
  }

  return {
    add,
    end: () => {
      if (state === quoted || state === nobodyKnows || areMixed(breaks) || last === endOfFile)
        return undefined;
      // Of a single column, a blank line may be a row without a value.
      if (delimiter === undefined && blanks > 0) return undefined;
      return isLineBreak(last) ? records : records + 1;
    },
    isWithinQuotes: () => state === quoted,
    lastStarts: () => [...starts.subarray(0, records + 1)].toSorted((one, other) => one - other),
  };
}

/** What follows a quote: by the byte before one outside quotes, and by the byte behind one in a quoted field. */
function quoteRules(delimiter: string | undefined) {
  const opening = new Uint8Array(256).fill(unquoted);
  const closing = new Uint8Array(256).fill(nobodyKnows);
  closing[quote] = quoted;
  // The header may mislead: a quote behind another delimiter could open a field after all.
  for (const other of delimiters) opening[other.charCodeAt(0)] = nobodyKnows;
  for (const border of `\r\n${delimiter ?? ''}`) {
    opening[border.charCodeAt(0)] = quoted;
    closing[border.charCodeAt(0)] = unquoted;
  }
  return { opening, closing };
}

/** Whether lines end in several ways: then some of the line breaks may belong to fields. */
function areMixed({ lineFeeds, carriageReturns, pairs }: Record<string, number>): boolean {
  const isOneKind = lineFeeds === 0 || carriageReturns === 0;
  return !isOneKind && (lineFeeds !== pairs || carriageReturns !== pairs);
}
