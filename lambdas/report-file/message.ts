import { STATUS_CODES } from 'node:http';
import { hasColumns, withoutQuoted } from './csv-text.ts';
import { tellsOfFailure } from './failure-words.ts';

/** What comes between a person and Lucca says so in few words: `Bad Gateway`, `404 Not Found`. */
const reasonPhrases = new Set(
  Object.entries(STATUS_CODES)
    .filter(([status]) => Number(status) >= 400)
    .map(([, phrase]) => phrase!.toLowerCase()),
);

/** The start of a text. */
export interface Beginning {
  text: string;
  /** Whether there is no more of it. */
  isAll: boolean;
  /** As announced. */
  contentType: string;
}

/**
 * Whether a text is something that is said to a person, rather than a table: a table begins with several columns, or
 * with a header that doesn't read like a sentence or a failure. Lucca announces files as such, never as plain text.
 */
export function isMessage({ text, isAll, contentType }: Beginning): boolean {
  const [first, ...more] = withoutQuoted(text).split(/[\r\n]+/) as [string, ...string[]];
  // Without an end, the only line may be anything.
  const isUnended = isAll && more.length === 0;
  if (hasColumns(first)) return isUnended && contentType === 'text/plain';
  const isAlone = isAll && more.join('').trim() === '';
  if (isAlone) return isUnended || contentType === 'text/plain' || isSaid(text, 3);
  // With rows below, a word such as `Erreur` may be the name of their column.
  const isName = /^\p{L}+$/u.test(first.trim()) && !isReasonPhrase(first);
  return !isName && isSaid(first);
}

/**
 * Whether a line without columns is said to a person: that something failed, or a whole sentence.
 * @param shortest how many words a sentence has
 */
export const isSaid = (line: string, shortest = 5): boolean =>
  tellsOfFailure(line) || isReasonPhrase(line) || isSentence(line.trim(), shortest);

function isReasonPhrase(line: string): boolean {
  const words = line
    .trim()
    .replace(/^(http\/[\d.]+ )?\d{3}\b[\s:-]*/i, '')
    .replace(/(?<![.!])[.!]+$/, '');
  return reasonPhrases.has(words.toLowerCase());
}

/** Names of columns may end with an abbreviation, such as `Temps de trav.`, but have few words. */
const isSentence = (text: string, shortest: number) =>
  /[.!?…]$/.test(text) && text.split(/\s+/).length >= shortest;
