import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { text } from 'node:stream/consumers';

import { createFaults, type Fault } from '../faults.ts';
import { serve } from '../http-server.ts';

/** Secrets Manager's side of GetSecretValue. */
export interface SecretsManager {
  url: string;
  close: () => Promise<void>;
  /** Creates the secret, or rotates it: its current version gets a new id, and the former one is gone. */
  put: (arn: string, value: string) => void;
  /** How often each secret was handed out. */
  readonly reads: Readonly<Record<string, number>>;
  /** Makes the next calls fail, e.g. `{ status: 400, code: 'ThrottlingException' }`. */
  failNext: (operation: 'GetSecretValue', fault: Fault) => void;
}

interface Secret {
  ARN: string;
  Name: string;
  SecretString: string;
  VersionId: string;
  VersionStages: string[];
  /** Seconds since the epoch. */
  CreatedDate: number;
}

interface Answer {
  status: number;
  body: object;
}

/**
 * Answers GetSecretValue over HTTP, by ARN or by name. An Authorization header must be present; its access
 * key is checked where one is given, its signature never. Only the current version of a secret is kept.
 */
export async function startSecretsManager(options: {
  secrets: Record<string, string>;
  port?: number;
  accessKeyId?: string;
}): Promise<SecretsManager> {
  const secrets = new Map<string, Secret>();
  const reads: Record<string, number> = {};
  const faults = createFaults<'GetSecretValue'>();

  const put = (arn: string, value: string) => {
    secrets.set(arn, newVersion(arn, value));
    reads[arn] ??= 0;
  };
  for (const [arn, value] of Object.entries(options.secrets)) put(arn, value);

  const answer = async (request: IncomingMessage): Promise<Answer> => {
    const body = await text(request);
    if (request.headers.authorization === undefined) {
      return failure('MissingAuthenticationTokenException', 'The request has no Authorization header.');
    }
    const target = request.headers['x-amz-target'];
    if (request.method !== 'POST' || target !== 'secretsmanager.GetSecretValue') {
      const asked = `${request.method} ${String(target ?? request.url)}`;
      return failure('UnknownOperationException', `This stand-in only knows GetSecretValue, not ${asked}.`);
    }
    const fault = faults.take('GetSecretValue');
    if (fault) return failure(fault.code, `${fault.code} was ordered by failNext.`, fault.status);

    const input = parseJson(body);
    if (!input) return failure('SerializationException', 'The body is not a JSON object.');
    const secret = find(secrets, input['SecretId']);
    if (!secret) return notFound('secret.');
    const { VersionId = secret.VersionId, VersionStage = 'AWSCURRENT' } = input;
    if (VersionId !== secret.VersionId) return notFound(`secret value for VersionId: ${String(VersionId)}`);
    if (VersionStage !== 'AWSCURRENT') {
      return notFound(`secret value for staging label: ${String(VersionStage)}`);
    }
    reads[secret.ARN] = (reads[secret.ARN] ?? 0) + 1;
    return { status: 200, body: secret };
  };

  const server = await serve(async (request, response) => {
    const { status, body } = await answer(request);
    response.writeHead(status, {
      'content-type': 'application/x-amz-json-1.1',
      'x-amzn-requestid': randomUUID(),
    });
    response.end(JSON.stringify(body));
  }, options);

  return { url: server.url, close: server.close, put, reads, failNext: faults.failNext };
}

function newVersion(arn: string, value: string): Secret {
  return {
    ARN: arn,
    Name: nameIn(arn),
    SecretString: value,
    VersionId: randomUUID(),
    VersionStages: ['AWSCURRENT'],
    CreatedDate: Date.now() / 1000,
  };
}

/** An ARN ends in the name, a hyphen and six random characters. */
function nameIn(arn: string): string {
  return (arn.split(':')[6] ?? arn).replace(/-[A-Za-z0-9]{6}$/, '');
}

function find(secrets: Map<string, Secret>, id: unknown): Secret | undefined {
  return typeof id === 'string'
    ? (secrets.get(id) ?? [...secrets.values()].find(({ Name }) => Name === id))
    : undefined;
}

function parseJson(body: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(body);
    return typeof value === 'object' && value !== null ? { ...value } : undefined;
  } catch {
    return undefined;
  }
}

function notFound(what: string): Answer {
  return failure('ResourceNotFoundException', `Secrets Manager can't find the specified ${what}`);
}

function failure(type: string, message: string, status = 400): Answer {
  return { status, body: { __type: type, message } };
}
