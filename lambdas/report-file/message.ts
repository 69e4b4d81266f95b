import { STATUS_CODES } from 'node:http';

/** What comes between a person and Lucca says so in few words: `Bad Gateway`, `404 page not found`. */
const reasonPhrases = new Set(Object.values(STATUS_CODES).map((phrase) => phrase!.toLowerCase()));

/** What else proxies and load balancers are known to answer in the stead of a server. */
const proxyWords =
  /^(no healthy upstream|upstream (connect error|request timeout)|stream timeout|default backend|(fatal |internal )?(error|erreur|exception|warning)\b|access denied|page not found|(connection|request|gateway) (timed? ?out|refused|reset|closed))/i;

/**
 * Whether a short text is something that is said to a person, rather than a table: a table has several columns, or a
 * header without a sentence in it.
 * @param text all of it
 * @param contentType as announced; Lucca announces files as such, never as plain text
 */
export function isMessage(text: string, contentType: string): boolean {
  const lines = text.split(/[\r\n]+/).filter((line) => line.trim() !== '');
  if (lines.some((line) => isRecord(line))) return false;
  // Without an end, the only line may be anything.
  if (lines.length === 1 && (contentType === 'text/plain' || !/[\r\n]$/.test(text))) return true;
  return lines.some((line) => isSentence(line.trim()));
}

/** Several columns. Between the parts of a sentence, there is a space after each comma. */
const isRecord = (line: string) => /[;\t|]|,(?! )/.test(line.replaceAll(/"[^"]*"/g, ''));

function isSentence(line: string): boolean {
  const words = line
    .toLowerCase()
    .replace(/^(http\/[\d.]+ )?\d{3}\b[\s:-]*/, '')
    .replace(/[.!]+$/, '');
  return (
    reasonPhrases.has(words) || proxyWords.test(words) || /\w{2} .*[.!?…]$|\w{2}[.!?] \p{Lu}/u.test(line)
  );
}
