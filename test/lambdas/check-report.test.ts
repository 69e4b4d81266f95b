import { describe, expect, test } from 'vitest';
import { checkReport } from '../../lambdas/check-report.ts';
import type { Bound, CheckReportInput } from '../../lambdas/shared/contract.ts';
import { json, raw, startLuccaServer } from '../support/lucca-server.ts';
import { failureOf } from './support/failure.ts';
import { callTo, clientOf } from './support/lucca.ts';

const deadline = '2026-11-02T09:00:00.000Z';

async function check(status: string, now: string) {
  await using lucca = await startLuccaServer(json(200, { id: 1017, status }));
  const input: Bound<CheckReportInput> = { ...callTo(lucca.url), reportId: 1017, now, deadline };
  return await checkReport(input, clientOf(lucca, { call: input }));
}

describe('a pending report', () => {
  test.each([
    ['long before the deadline', '2026-11-02T05:00:10.000Z'],
    ['a millisecond before the deadline', '2026-11-02T08:59:59.999Z'],
    ['before the deadline, as another zone writes it', '2026-11-02T09:59:59+01:00'],
  ])('is told as pending %s', async (_, now) => {
    expect(await check('pending', now)).toEqual({ status: 'pending' });
  });

  test.each([
    ['at the deadline', '2026-11-02T09:00:00.000Z'],
    ['a millisecond after the deadline', '2026-11-02T09:00:00.001Z'],
    ['long after the deadline', '2026-11-03T09:00:00.000Z'],
    ['after the deadline, as another zone writes it', '2026-11-02T10:00:01+01:00'],
  ])('is a ReportTimedOutError %s', async (_, now) => {
    const error = await failureOf(check('pending', now));
    expect(error.name).toBe('ReportTimedOutError');
    expect(error.message).toMatch(
      /Report 1017 .*deadline 2026-11-02T09:00:00\.000Z.*shorter period.*timeout/,
    );
  });
});

test.each(['done', 'error'])('a report that is %s is told so, be it after the deadline', async (status) => {
  expect(await check(status, '2026-11-02T05:00:10.000Z')).toEqual({ status });
  expect(await check(status, '2026-11-03T09:00:00.000Z')).toEqual({ status });
});

test('a report that is gone after the deadline is gone, not timed out', async () => {
  await using lucca = await startLuccaServer(raw(404, ''));
  const input = { ...callTo(lucca.url), reportId: 1017, now: '2026-11-03T09:00:00Z', deadline };
  expect((await failureOf(checkReport(input, clientOf(lucca)))).name).toBe('ReportNotFoundError');
});
