import type { Duration } from 'aws-cdk-lib';
import * as z from 'zod';
import { isObject } from '../../lambdas/request/validate.ts';
import { pathText, type Place, quote } from '../../lambdas/shared/problems.ts';

/** What is wrong with a text, or undefined. */
export type TextRule = (text: string) => string | undefined;

export const text = (rule: TextRule) =>
  z.string().check(({ value, issues }) => {
    const message = rule(value);
    if (message !== undefined) issues.push({ code: 'custom', message, input: value });
  });

export const like =
  (pattern: RegExp, expected: string): TextRule =>
  (value) =>
    pattern.test(value) ? undefined : `expected ${expected}, found ${quote(value)}`;

/** A time as the CDK writes it, such as `Duration.hours(4)`. It may only be known at deployment. */
export const duration = (isGood: (duration: Duration) => boolean, expected: string) =>
  z.custom<Duration>((value) => isDuration(value) && isGood(value), {
    error: ({ input }) =>
      `expected a Duration of ${expected}, found ${isDuration(input) ? input.toHumanString() : quote(input)}`,
  });

/** The settings load no CDK, whose class it is. */
const isDuration = (value: unknown): value is Duration =>
  isObject(value) && typeof value.toHumanString === 'function' && typeof value.toMinutes === 'function';

/** What is wrong with what a schedule exports, which is fine as an input: EventBridge Scheduler replaces such texts. */
export const contextProblems = (exported: unknown, place: Place): string[] =>
  JSON.stringify(exported).includes(schedulerContext)
    ? [
        `${pathText(place)}: expected text that EventBridge Scheduler leaves alone, found ${quote(schedulerContext)} in it`,
      ]
    : [];

const schedulerContext = '<aws.scheduler.';

/**
 * What is wrong with what is exported, which is fine as an input.
 * @param isUnresolved whether a value is only known at deployment: it would stay as the CDK writes it meanwhile
 */
export function unresolvedProblems(
  exported: unknown,
  place: Place,
  isUnresolved: (value: unknown) => boolean,
): string[] {
  const isAny = (value: unknown): boolean =>
    isUnresolved(value) ||
    (typeof value === 'object' &&
      value !== null &&
      Object.entries(value).some(([key, field]) => isUnresolved(key) || isAny(field)));
  return isAny(exported) ? [`${pathText(place)}: expected values that are known before the deployment`] : [];
}

/**
 * Names that were given before.
 * @param kind of what the list is
 * @param field that has to differ
 */
export function repeatedNames(
  list: readonly unknown[],
  kind: string,
  place: Place,
  field = 'name',
): string[] {
  const names = list.map((entry) => (isObject(entry) ? entry[field] : undefined));
  return names.flatMap((name, index) =>
    name !== undefined && names.indexOf(name) < index
      ? [
          `${pathText([...place, index, field])}: expected one that no other ${kind} has, found ${quote(name)} again`,
        ]
      : [],
  );
}
