import { createHash } from 'node:crypto';
import type { Expression as Jsonata, Focus } from 'jsonata';

const HASHES: Readonly<Record<string, string>> = {
  MD5: 'md5',
  'SHA-1': 'sha1',
  'SHA-256': 'sha256',
  'SHA-384': 'sha384',
  'SHA-512': 'sha512',
};

/** JSONata's limit for the range operator, which serves for $range as well. */
const MAX_RANGE = 10_000_000;

/**
 * Gives an expression AWS's functions, takes away $eval, and ties time and chance to the injected ones. AWS rounds
 * arguments down where they should be integers.
 */
export function registerFunctions(expression: Jsonata, now: () => number, random: () => number): void {
  expression.registerFunction('partition', partition, '<an:a>');
  expression.registerFunction('range', range, '<nnn:a>');
  expression.registerFunction('hash', hash, '<ss:s>');
  expression.registerFunction(
    'random',
    (seed?: number) => (seed === undefined ? random() : seeded(seed)),
    '<n?:n>',
  );
  expression.registerFunction('uuid', () => uuid(random), '<:s>');
  expression.registerFunction('parse', parse, '<s:x>');
  expression.registerFunction('shuffle', (values?: unknown[]) => shuffle(values, random), '<a:a>');
  expression.assign('eval', undefined);
  setTimeOfEvaluations(expression, now);
}

interface Frame {
  timestamp: Date;
  base: { depth: number };
}

/**
 * $now, $millis and $toMillis all read the one Date that JSONata makes when an evaluation begins. It can be set from
 * the hook that JSONata calls before each step; at depth 1 that is the evaluation as a whole.
 */
function setTimeOfEvaluations(expression: Jsonata, now: () => number): void {
  const hook = (_step: unknown, _input: unknown, frame: Frame) => {
    if (frame.base.depth === 1) frame.timestamp.setTime(now());
  };
  expression.assign(Symbol.for('jsonata.__evaluate_entry') as unknown as string, hook);
}

/** An error of AWS's own functions. AWS does not document their codes. */
function evaluationFailure(message: string) {
  return { message };
}

function partition(values?: unknown[], size?: number): unknown[][] | undefined {
  if (values === undefined || size === undefined) return undefined;
  const length = Math.floor(size);
  if (length < 1) {
    throw evaluationFailure('The second argument of the partition function must be a positive integer');
  }
  return Array.from({ length: Math.ceil(values.length / length) }, (_, index) =>
    values.slice(index * length, (index + 1) * length),
  );
}

/** Numbers from the first to the last, inclusive. It gives a sequence: one element alone stands for itself. */
function range(this: Focus, first?: number, last?: number, step?: number): unknown {
  if (first === undefined || last === undefined || step === undefined) return undefined;
  const [from, to, by] = [first, last, step].map(Math.floor) as [number, number, number];
  if (by === 0) throw evaluationFailure('The third argument of the range function must not be zero');
  const count = Math.floor((to - from) / by) + 1;
  if (count > MAX_RANGE) throw { code: 'D2014', value: count };
  const sequence = (this as Focus & { createSequence(): unknown[] }).createSequence();
  for (let index = 0; index < count; index++) sequence.push(from + index * by);
  return sequence;
}

function hash(text?: string, algorithm?: string): string | undefined {
  if (text === undefined || algorithm === undefined) return undefined;
  const name = Object.hasOwn(HASHES, algorithm) ? HASHES[algorithm] : undefined;
  if (name === undefined) {
    throw evaluationFailure(`The hash algorithm must be one of ${Object.keys(HASHES).join(', ')}`);
  }
  return createHash(name).update(text, 'utf8').digest('hex');
}

function parse(text?: string): unknown {
  if (text === undefined) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    throw evaluationFailure('The argument of the parse function must be a JSON text');
  }
}

/** The first number of a linear congruential generator of 48 bits: the same seed gives the same number. */
function seeded(seed: number): number {
  const mask = (1n << 48n) - 1n;
  const multiplier = 0x5deece66dn;
  const next = (state: bigint) => (state * multiplier + 0xbn) & mask;
  const first = next((BigInt(Math.trunc(seed)) ^ multiplier) & mask);
  const second = next(first);
  return Number(((first >> 22n) << 27n) + (second >> 21n)) / 2 ** 53;
}

function uuid(random: () => number): string {
  const digit = () => Math.floor(random() * 16);
  return 'xxxxxxxx-xxxx-4xxx-yxxx-xxxxxxxxxxxx'.replace(/[xy]/g, (kind) =>
    (kind === 'x' ? digit() : (digit() & 3) | 8).toString(16),
  );
}

function shuffle(values: unknown[] | undefined, random: () => number): unknown[] | undefined {
  if (values === undefined) return undefined;
  const shuffled = [...values];
  for (let last = shuffled.length - 1; last > 0; last--) {
    const chosen = Math.floor(random() * (last + 1));
    [shuffled[last], shuffled[chosen]] = [shuffled[chosen], shuffled[last]];
  }
  return shuffled;
}
