import { expect, test } from 'vitest';
import * as errors from '../../../lambdas/shared/errors.ts';

const { retryAfterPattern, errorNames, finalErrors: _, ...rest } = errors;
const classes = Object.entries(rest as unknown as Record<string, new (first: unknown) => Error>);

test('there is a class for every failure that has a name, but for those that the state machines find', () => {
  const found = ['ReportGenerationFailedError', 'LeaseUnavailableError', 'BatchFailedError'];
  expect([...classes.map(([name]) => name), ...found].toSorted()).toEqual(errorNames.toSorted());
});

test.each(classes)('%s has that name, and keeps it when classes are renamed', (name, Class) => {
  const Renamed = class extends Class {};
  const error = new Renamed(name === 'InvalidRequestError' ? [] : '');
  expect(error).toBeInstanceOf(Error);
  expect(error.name).toBe(name);
  expect(Object.hasOwn(error, 'name')).toBe(true);
});

const hostile = 'a\u001B[2J\u0007\u009B\u202E\u2028\uFE0F\u3164\uD800b\nc';

test.each(classes)('nothing in a message of %s obeys a terminal', (name, Class) => {
  const { message } = new Class(name === 'InvalidRequestError' ? [hostile] : hostile);
  expect(message).toContain('a\\u001B[2J\\u0007\\u009B\\u202E\\u2028\\uFE0F\\u3164\\uD800b\nc');
});

test.each([0, 1, 17, 14_400])(
  'the %i seconds of a RateLimitedError can be read from its message',
  (seconds) => {
    const { message } = new errors.RateLimitedError('GET https://acme429.ilucca.net/reports/7', seconds);
    expect(retryAfterPattern.exec(message)?.[1]).toBe(String(seconds));
  },
);

test('an input with thousands of problems has the first hundred told', () => {
  const { message } = new errors.InvalidRequestError(
    Array.from({ length: 5000 }, (_, index) => `x[${index}]: no`),
  );
  expect(message.split('\n')).toHaveLength(1 + 100 + 1);
  expect(message).toMatch(/^- x\[99\]: no\n- and 4900 more$/m);
});
