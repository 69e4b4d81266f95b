import { expect, test } from 'vitest';
import { createReport } from '../../lambdas/create-report.ts';
import { LeaseNotRenewedError } from '../../lambdas/shared/errors.ts';
import { json, startLuccaServer } from '../support/lucca-server.ts';
import { callTo, clientOf } from './support/lucca.ts';

test.each([
  ['a period', '2026-10-01', '2026-10-31'],
  ["the template's own period", null, null],
])('a report of %s is asked for with just the template and the dates', async (_, startsOn, endsOn) => {
  await using lucca = await startLuccaServer(json(201, { id: 1017, status: 'pending' }));
  const input = { ...callTo(lucca.url), templateId: 42, startsOn, endsOn };
  expect(await createReport(input, clientOf(lucca))).toEqual({ reportId: 1017 });
  expect(JSON.parse(lucca.requests[0]!.body)).toEqual({ templateId: 42, startsOn, endsOn });
});

test('no report is asked for by an execution that was redriven since it renewed its lease', async () => {
  await using lucca = await startLuccaServer(json(201, { id: 1017, status: 'pending' }));
  const input = { ...callTo(lucca.url), templateId: 42, startsOn: null, endsOn: null };
  await expect(createReport({ ...input, redriven: true }, clientOf(lucca))).rejects.toThrow(
    LeaseNotRenewedError,
  );
  expect(lucca.requests).toEqual([]);
  expect(await createReport({ ...input, redriven: false }, clientOf(lucca))).toEqual({ reportId: 1017 });
});
