import type { LuccaClient } from './lucca/client.ts';
import {
  type Bound,
  type CreateReportInput,
  type CreateReportOutput,
  createReportInput,
} from './shared/contract.ts';
import { lambdaHandler } from './runtime/handler.ts';
import { luccaFor } from './lucca/lucca-for.ts';

/** Starts the generation of a report. */
export async function createReport(
  input: Bound<CreateReportInput>,
  lucca: LuccaClient,
): Promise<CreateReportOutput> {
  const { templateId, startsOn, endsOn } = input;
  return { reportId: await lucca.createReport({ templateId, startsOn, endsOn }) };
}

export const handler = lambdaHandler(createReportInput, (input) => createReport(input, luccaFor(input)));
