import type { LuccaClient } from './lucca/client.ts';
import { type CheckReportInput, type CheckReportOutput, checkReportInput } from './shared/contract.ts';
import { LuccaUnavailableError, ReportTimedOutError } from './shared/errors.ts';
import { lambdaHandler } from './runtime/handler.ts';
import { luccaFor } from './lucca/lucca-for.ts';

/** Asks once how far a report is. Pending past the deadline is an error: polling must end. */
export async function checkReport(input: CheckReportInput, lucca: LuccaClient): Promise<CheckReportOutput> {
  const isLast = Date.parse(input.now) >= Date.parse(input.deadline);
  const status = await lucca.reportStatus(input.reportId).catch((error: unknown) => {
    throw isLast && error instanceof LuccaUnavailableError ? timedOut(input, error.message) : error;
  });
  if (status === 'pending' && isLast) throw timedOut(input, 'Lucca says that it is still pending');
  return { status };
}

const timedOut = ({ reportId, deadline }: CheckReportInput, found: string) =>
  new ReportTimedOutError(
    `Report ${reportId} was to be done by the export's deadline ${deadline}, but ${found}. A new report would ` +
      'start over: export a shorter period, or give the tenant a longer report timeout.',
  );

export const handler = lambdaHandler(checkReportInput, (input) => checkReport(input, luccaFor(input)));
