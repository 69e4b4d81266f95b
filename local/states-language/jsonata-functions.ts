import { createHash } from 'node:crypto';
import type { Expression as Jsonata, Focus } from 'jsonata';
import { checkElements } from './evaluation-hooks.ts';
import { parseStrictly } from './json.ts';
import { surroundingsOf } from './surroundings.ts';

const HASHES: Readonly<Record<string, string>> = {
  MD5: 'md5',
  'SHA-1': 'sha1',
  'SHA-256': 'sha256',
  'SHA-384': 'sha384',
  'SHA-512': 'sha512',
};

/**
 * Gives an expression AWS's functions, and takes away $eval. AWS cuts off the fraction of arguments that should be
 * integers.
 */
export function registerFunctions(expression: Jsonata): void {
  expression.registerFunction('partition', partition, '<xn?:a>');
  expression.registerFunction('range', range, '<nnn?:a>');
  expression.registerFunction('hash', hash, '<ss?:s>');
  expression.registerFunction('random', random, '<n?:n>');
  expression.registerFunction('uuid', uuid, '<:s>');
  expression.registerFunction('parse', parse, '<s?:x>');
  expression.registerFunction('shuffle', shuffle, '<a:a>');
  expression.assign('eval', undefined);
}

/** An error of AWS's own functions, which have the code of $error. */
function failure(message: string) {
  return { code: 'D3137', message };
}

/** Without a size there is one chunk; without elements, or for a size of 0, there is nothing. */
function partition(values?: unknown, size?: number): unknown[][] | undefined {
  if (values === undefined) return undefined;
  if (!Array.isArray(values)) throw { code: 'T0412', index: 1 };
  const length = Math.trunc(size ?? values.length);
  if (length < 0) throw failure('Second argument must be zero or greater');
  if (length === 0 || values.length === 0) return undefined;
  return Array.from({ length: Math.ceil(values.length / length) }, (_, index) =>
    values.slice(index * length, (index + 1) * length),
  );
}

/** Numbers from the first to the last, inclusive; nothing when the step never leads there. */
function range(first?: number, last?: number, step?: number): unknown {
  if (first === undefined || last === undefined || step === undefined) return undefined;
  const [from, to, by] = [first, last, step].map(Math.trunc) as [number, number, number];
  const count = by === 0 ? 0 : Math.floor((to - from) / by) + 1;
  checkElements(count);
  const numbers = Array.from({ length: Math.max(0, count) }, (_, index) => from + index * by);
  // What JSONata marks so is a sequence: one element alone stands for itself, none for nothing.
  return Object.assign(numbers, { sequence: true });
}

function hash(text?: string, algorithm?: string): string | undefined {
  if (text === undefined || algorithm === undefined) return undefined;
  const name = Object.hasOwn(HASHES, algorithm) ? HASHES[algorithm] : undefined;
  if (name === undefined) {
    throw failure(`Hash algorithm '${algorithm}' must be one of SHA-1, SHA-384, SHA-256, SHA-512, MD5`);
  }
  return createHash(name).update(text, 'utf8').digest('hex');
}

function parse(text?: string): unknown {
  if (text === undefined) return undefined;
  try {
    return parseStrictly(text);
  } catch {
    throw failure('Invalid JSON');
  }
}

function random(this: Focus, seed?: number): number {
  return seed === undefined ? surroundingsOf(this.environment).random() : seeded(seed);
}

/** The first number of Java's Random with the seed. */
function seeded(seed: number): number {
  const mask = (1n << 48n) - 1n;
  const multiplier = 0x5deece66dn;
  const next = (state: bigint) => (state * multiplier + 0xbn) & mask;
  const first = next((BigInt(Math.trunc(seed)) ^ multiplier) & mask);
  const second = next(first);
  return Number(((first >> 22n) << 27n) + (second >> 21n)) / 2 ** 53;
}

function uuid(this: Focus): string {
  const { random } = surroundingsOf(this.environment);
  const digit = () => Math.floor(random() * 16);
  return 'xxxxxxxx-xxxx-4xxx-yxxx-xxxxxxxxxxxx'.replace(/[xy]/g, (kind) =>
    (kind === 'x' ? digit() : (digit() & 3) | 8).toString(16),
  );
}

function shuffle(this: Focus, values?: unknown[]): unknown[] | undefined {
  if (values === undefined) return undefined;
  const { random } = surroundingsOf(this.environment);
  const shuffled = [...values];
  for (let last = shuffled.length - 1; last > 0; last--) {
    const chosen = Math.floor(random() * (last + 1));
    [shuffled[last], shuffled[chosen]] = [shuffled[chosen], shuffled[last]];
  }
  return shuffled;
}
