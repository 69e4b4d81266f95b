import { readFileSync } from 'node:fs';
import type { Json } from '../states-language/index.ts';

/**
 * What a file holds: JSON in UTF-8, with or without a byte order mark.
 * @throws SyntaxError with the line and column of what is wrong; whatever `readFileSync` throws
 */
export function readJsonFile(path: string): Json {
  const bytes = readFileSync(path);
  const text = bytes.toString('utf8');
  const index = firstForeignByte(bytes, text);
  if (index === undefined) return readJson(text);
  const byte = bytes[Buffer.byteLength(text.slice(0, index))]!.toString(16).toUpperCase().padStart(2, '0');
  throw new SyntaxError(`The file is not UTF-8: byte 0x${byte} at ${place(text, index)}; save it as UTF-8.`);
}

/**
 * Where in the decoded text a byte stands that UTF-8 can't have there: decoding put U+FFFD in its place, which may also
 * be what the file says. No JSON has a zero byte, but UTF-16 without a byte order mark has.
 */
function firstForeignByte(bytes: Buffer, text: string): number | undefined {
  for (const { 0: found, index } of text.matchAll(/\uFFFD|\0/g)) {
    const start = Buffer.byteLength(text.slice(0, index));
    if (found === '\0' || bytes.toString('hex', start, start + 3) !== 'efbfbd') return index;
  }
  return undefined;
}

/** @throws SyntaxError with the line and column of what is wrong; it quotes no more of the text than one character */
export function readJson(marked: string): Json {
  const text = withoutMark(marked);
  try {
    return JSON.parse(text) as Json;
  } catch (error) {
    const { message } = error as Error;
    const [, reason, position] = /^(.*?)(?: in JSON)? at position (\d+)/.exec(message) ?? [];
    const index = position === undefined ? firstUnexpected(text) : Number(position);
    const found = index === text.length ? 'Unexpected end' : `Unexpected ${text[index]}`;
    throw new SyntaxError(`This is not JSON: ${reason ?? found} at ${place(text, index)}.`);
  }
}

/** V8 keeps to itself where a token is that it didn't expect. Whatever ends before it is only unfinished. */
function firstUnexpected(text: string): number {
  let [unfinished, wrong] = [0, text.length + 1];
  while (wrong - unfinished > 1) {
    const length = Math.floor((unfinished + wrong) / 2);
    if (isUnfinished(text.slice(0, length))) unfinished = length;
    else wrong = length;
  }
  return unfinished;
}

function isUnfinished(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch (error) {
    return !(error as Error).message.startsWith('Unexpected token');
  }
}

/** Both count from 1. */
function place(text: string, index: number): string {
  const lines = withoutMark(text.slice(0, index)).split('\n');
  return `line ${lines.length}, column ${lines.at(-1)!.length + 1}`;
}

const withoutMark = (text: string) => text.replace(/^\uFEFF/, '');
