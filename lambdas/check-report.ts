import type { LuccaClient } from './lucca/client.ts';
import {
  type Bound,
  type CheckReportInput,
  type CheckReportOutput,
  checkReportInput,
} from './shared/contract.ts';
import { ReportTimedOutError } from './shared/errors.ts';
import { lambdaHandler } from './runtime/handler.ts';
import { luccaFor } from './lucca/lucca-for.ts';

/** Asks once how far a report is. Pending past the deadline is an error: polling must end. */
export async function checkReport(
  input: Bound<CheckReportInput>,
  lucca: LuccaClient,
): Promise<CheckReportOutput> {
  const { reportId, now, deadline } = input;
  const status = await lucca.reportStatus(reportId);
  if (status === 'pending' && Date.parse(now) >= Date.parse(deadline)) {
    throw new ReportTimedOutError(
      `Report ${reportId} was to be done by the export's deadline ${deadline}, but Lucca says that it is still pending. ` +
        'A new report would start over: export a shorter period, or give the tenant a longer report timeout.',
    );
  }
  return { status };
}

export const handler = lambdaHandler(checkReportInput, (input) => checkReport(input, luccaFor(input)));
