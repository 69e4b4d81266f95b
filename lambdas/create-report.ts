import type { LuccaClient } from './lucca/client.ts';
import {
  type Bound,
  type CreateReportInput,
  type CreateReportOutput,
  createReportInput,
} from './shared/contract.ts';
import { LeaseNotRenewedError } from './shared/errors.ts';
import { lambdaHandler } from './runtime/handler.ts';
import { luccaFor } from './lucca/lucca-for.ts';

/** Starts the generation of a report, unless the export may have lost its lease. */
export async function createReport(
  input: Bound<CreateReportInput>,
  lucca: LuccaClient,
): Promise<CreateReportOutput> {
  const { templateId, startsOn, endsOn, redriven = false } = input;
  if (redriven) {
    throw new LeaseNotRenewedError(
      'The execution was redriven: it renews its lease before it creates a report.',
    );
  }
  return { reportId: await lucca.createReport({ templateId, startsOn, endsOn }) };
}

export const handler = lambdaHandler(createReportInput, (input) => createReport(input, luccaFor(input)));
