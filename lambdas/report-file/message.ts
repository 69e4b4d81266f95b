import { STATUS_CODES } from 'node:http';
import { withoutQuoted } from './csv-text.ts';

/** What comes between a person and Lucca says so in few words: `Bad Gateway`, `404 page not found`. */
const reasonPhrases = new Set(Object.values(STATUS_CODES).map((phrase) => phrase!.toLowerCase()));

/** What else proxies and load balancers are known to answer in the stead of a server. */
const proxyWords =
  /^(no healthy upstream|upstream (connect error|request timeout)|stream timeout|default backend|(fatal |internal )?(error|erreur|exception|warning)\b|access denied|page not found|(connection|request|gateway) (timed? ?out|refused|reset|closed))/i;

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
 * with a header that isn't a sentence. Lucca announces files as such, never as plain text.
 */
export function isMessage({ text, isAll, contentType }: Beginning): boolean {
  const [first, second] = text.split(/[\r\n]+/, 2) as [string, string?];
  const isPlain = contentType === 'text/plain';
  const isOneLine = isAll && second === undefined;
  if (hasColumns(first)) return isPlain && isOneLine;
  // Without an end, the only line may be anything.
  return isPlain || isOneLine || isSaid(first);
}

/** Between the parts of a sentence, there is a space after each comma. */
const hasColumns = (line: string) => /[;\t|]|,(?! )/.test(withoutQuoted(line));

/** Whether a line without columns is said to a person. */
export function isSaid(line: string): boolean {
  const words = line
    .trim()
    .toLowerCase()
    .replace(/^(http\/[\d.]+ )?\d{3}\b[\s:-]*/, '')
    .replace(/[.!]+$/, '');
  return (
    reasonPhrases.has(words) ||
    proxyWords.test(words) ||
    /\w{2} .*[.!?…]$|\w{2}[.!?] \p{Lu}/u.test(line.trim())
  );
}
