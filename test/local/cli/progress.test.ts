import { PassThrough } from 'node:stream';
import type { WriteStream } from 'node:tty';
import { beforeEach, expect, test } from 'vitest';
import { createProgress, type Progress } from '../../../local/cli/progress.ts';

let output: PassThrough;
let progress: Progress;
beforeEach(() => {
  output = new PassThrough();
  progress = createProgress(output as unknown as WriteStream, 'out', () => 0);
});

const lines = () => {
  const pieces: string[] = [];
  for (let piece; (piece = output.read() as Buffer | null) !== null;) pieces.push(piece.toString());
  return pieces.join('').replaceAll(/^ *\d+ s {2}/gm, '');
};

const enter = (state: string) =>
  progress.onEvent({ type: 'stateEntered', at: 0, state, stateType: 'Task', input: {} });

function retry(attempt: number, message: string) {
  const cause = JSON.stringify({ errorType: 'LuccaUnavailableError', errorMessage: message, trace: [] });
  const failure = { at: 0, state: 'Create Report', error: 'LuccaUnavailableError', cause };
  progress.onEvent({ type: 'retryScheduled', ...failure, attempt, delaySeconds: 4.2 });
}

test('a retry tells its reason, until there is another one', () => {
  enter('Create Report');
  for (const [index, reason] of ['no answer', 'no answer', 'answered 503'].entries())
    retry(index + 1, reason);
  enter('Create Report');
  retry(1, 'answered 503');
  expect(lines().split('\n')).toEqual([
    'Create Report: retry 1 in 4.2 s: no answer',
    'Create Report: retry 2 in 4.2 s',
    'Create Report: retry 3 in 4.2 s: answered 503',
    'Create Report: retry 1 in 4.2 s: answered 503',
    '',
  ]);
});

test('a reason that is no line any more is cut', () => {
  retry(1, 'x'.repeat(1000));
  expect(lines()).toMatch(/: x{199}…\n$/);
});

test('what is being tried again is known until it has succeeded', () => {
  expect(progress.heldUp()).toBeUndefined();
  retry(1, 'no answer');
  expect(progress.heldUp()).toBe('The export was stopped while Create Report was tried again: no answer');
  progress.onEvent({ type: 'taskSucceeded', at: 0, state: 'Create Report', result: {} });
  expect(progress.heldUp()).toBeUndefined();
});

test('lines are in the words of a laptop', () => {
  retry(1, 'S3 PutObject of s3://lucca-reports/acme/report.csv failed');
  expect(lines()).toContain('PutObject of out/acme/report.csv failed');
});

test('a narrow terminal is given no live line that wraps (ccusage 1411)', () => {
  Object.assign(output, { isTTY: true, columns: 20 });
  enter('Wait Before Create Report');
  const live = String(output.read()).split('\r\u001B[K').at(-1)!;
  expect(live).toBe('Wait Before Create…');
  expect(live.length).toBeLessThan(20);
});

test('nothing that is told obeys the terminal', () => {
  progress.say('one\u001B[2J\u009B2J\u202Etwo');
  expect(lines()).toBe('one\\u001B[2J\\u009B2J\\u202Etwo\n');
});
