import { resolveRequest } from './request/resolve.ts';
import { lambdaHandler } from './runtime/handler.ts';
import { resolveRequestInput } from './shared/contract.ts';

export const handler = lambdaHandler(resolveRequestInput, (input) => resolveRequest(input));
