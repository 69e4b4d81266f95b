import { invokeLambda } from '../../../states-language/index.ts';
import type { Integration, Integrations } from './integration.ts';

/** Calls a function, and gives its result in an envelope. */
const invoke: Integration = {
  service: 'Lambda',
  outages: ['Lambda.ServiceException', 'Lambda.SdkClientException', 'Lambda.TooManyRequestsException'],
  call: ({ invokeFunction }, { arguments: given, signal }, { name }) =>
    invokeLambda(given, (functionName, payload) => invokeFunction(functionName, payload, name), signal),
};

export const lambda: Integrations = { 'arn:aws:states:::lambda:invoke': invoke };
