import { jsonAnswer, type Service, textOf } from './sdk.ts';

/** Secrets Manager, as far as the functions use it. */
export function createSecretsManager(secrets: Map<string, string>): Service {
  return {
    boundary: 'Secrets Manager',
    operationOf: () => 'GetSecretValue',
    answer: (request) => {
      const { SecretId } = JSON.parse(textOf(request)) as { SecretId: string };
      const value = secrets.get(SecretId);
      if (value === undefined) return jsonAnswer(400, { __type: 'ResourceNotFoundException' });
      return jsonAnswer(200, { ARN: SecretId, SecretString: value });
    },
    refuse: (status, code) => jsonAnswer(status, { __type: code, message: 'simulated' }),
    refusals: [
      [400, 'ThrottlingException'],
      [500, 'InternalServiceError'],
      [503, 'ServiceUnavailable'],
    ],
    survivable: 4,
  };
}
