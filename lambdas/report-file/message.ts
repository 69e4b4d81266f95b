import { STATUS_CODES } from 'node:http';
import { withoutQuoted } from './csv-text.ts';

/** What comes between a person and Lucca says so in few words: `Bad Gateway`, `404 page not found`. */
const reasonPhrases = new Set(Object.values(STATUS_CODES).map((phrase) => phrase!.toLowerCase()));

/** What else proxies and load balancers are known to answer in the stead of a server. */
const proxyWords =
  /^(no healthy upstream|upstream (connect error|request timeout)|stream timeout|default backend|access denied|page not found|(connection|request|gateway) (timed? ?out|refused|reset|closed))/i;

/** What programs say that failed. A column may be called `Erreur`: then nothing of that kind follows. */
const failure =
  /^((fatal|internal) error|(error|erreur|exception|warning)( *[:\d]|( \p{L}+){3}))|[\w.:](Exception|Error): |^[\w.]+\.\w+(Exception|Error)$|^Traceback \(/iu;

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
  const [first, ...more] = text.split(/[\r\n]+/) as [string, ...string[]];
  const isOneLine = isAll && more.length === 0;
  if (hasColumns(first)) return isOneLine && contentType === 'text/plain';
  const isPlainLine = contentType === 'text/plain' && isAll && more.join('').trim() === '';
  // Without an end, the only line may be anything.
  return isOneLine || isPlainLine || isFailure(first) || isSentence(first);
}

/** Between the parts of a sentence, there is a space after each comma. */
const hasColumns = (line: string) => /[;\t|]|,(?! )/.test(withoutQuoted(line));

/** Whether a line without columns is what a server, or a program between, says when it fails. */
export function isFailure(line: string): boolean {
  const words = line
    .trim()
    .replace(/^(http\/[\d.]+ )?\d{3}\b[\s:-]*/i, '')
    .replace(/(?<![.!])[.!]+$/, '');
  return reasonPhrases.has(words.toLowerCase()) || proxyWords.test(words) || failure.test(words);
}

/** Names of columns have abbreviations, such as `Nb. Jours` or `Temps trav.`. */
function isSentence(line: string): boolean {
  const text = line.trim();
  const end = /(?:\p{L}{4}|\d)\.$|[!?…]$/u.exec(text);
  const isEnded = end !== null && /\S \S/.test(text.slice(0, end.index));
  return isEnded || /\p{L}{4}[.!?] \p{Lu}/u.test(text);
}
