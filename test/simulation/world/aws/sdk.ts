import type { Readable } from 'node:stream';
import type { Clock } from '../../../../local/clock.ts';
import type { Chance } from '../../chance.ts';
import type { FaultKind, Faults } from '../faults.ts';
import { currentInvocation, untilKilled } from '../invocation.ts';
import type { Boundary } from '../../scenario.ts';

/** A request of the AWS SDK, ready to be sent. */
export interface AwsRequest {
  method: string;
  path: string;
  query: Record<string, string | string[] | null>;
  headers: Record<string, string>;
  body?: string | Uint8Array;
}

export interface AwsAnswer {
  statusCode: number;
  headers: Record<string, string>;
  /** A stream where the client hands it on as one. */
  body: Uint8Array | Readable;
}

/** A service of AWS without a network. */
export interface Service {
  boundary: Boundary;
  operationOf: (request: AwsRequest) => string;
  answer: (request: AwsRequest) => AwsAnswer | Promise<AwsAnswer>;
  /** An error as this service words it. */
  refuse: (status: number, code: string) => AwsAnswer;
  /** Throttling and internal errors: HTTP status and code. */
  refusals: readonly (readonly [number, string])[];
  /** How many failing requests a step that calls it survives. */
  survivable: number;
}

/** The world that requests travel through. */
export interface Network {
  faults: Faults;
  chance: Chance;
  clock: Clock;
}

type Fault =
  | { refusal: readonly [number, string] }
  | { lost: 'request' | 'answer' }
  | { silent: true }
  /** Milliseconds, within which the client has patience. */
  | { slow: number };

/**
 * What an SDK client takes as its `requestHandler`: it gives requests to the service, or has them go wrong.
 * @param requestTimeout milliseconds after which the client gives up
 */
export function requestHandler(service: Service, { faults, chance, clock }: Network, requestTimeout: number) {
  const common = { survivable: service.survivable, group: 'unavailable' };
  const kinds: FaultKind<Fault>[] = [
    ...service.refusals.map((refusal) => ({ ...common, kind: refusal[1], fault: () => ({ refusal }) })),
    { ...common, kind: 'connection refused', fault: () => ({ lost: 'request' }) },
    { ...common, kind: 'answer lost', fault: () => ({ lost: 'answer' }) },
    { ...common, kind: 'no answer', fault: () => ({ silent: true }) },
    { kind: 'slow', survivable: 1000, fault: () => ({ slow: chance.whole(1000, 9000) }) },
  ];

  async function handle(request: AwsRequest): Promise<{ response: AwsAnswer }> {
    const invocation = currentInvocation();
    await untilKilled(invocation);
    await clock.sleep(chance.whole(5, 200));
    await untilKilled(invocation);
    const fault = faults.strike(service.boundary, service.operationOf(request), kinds);
    const answer = () => clock.during(async () => service.answer(request));
    if (fault === undefined) return { response: await answer() };
    if ('slow' in fault) {
      await clock.sleep(fault.slow);
      await untilKilled(invocation);
      return { response: await answer() };
    }
    if ('refusal' in fault) return { response: service.refuse(...fault.refusal) };
    if ('silent' in fault || fault.lost === 'answer') await answer();
    if (!('silent' in fault)) throw Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET' });
    await clock.sleep(requestTimeout);
    throw Object.assign(new Error(`Request did not complete within ${requestTimeout} ms`), {
      name: 'TimeoutError',
    });
  }

  return { handle, metadata: { handlerProtocol: 'http/1.1' }, destroy: () => {} };
}

export const jsonAnswer = (statusCode: number, body: object): AwsAnswer => ({
  statusCode,
  headers: { 'content-type': 'application/x-amz-json-1.1' },
  body: Buffer.from(JSON.stringify(body)),
});

export const textOf = ({ body = '' }: AwsRequest): string =>
  typeof body === 'string' ? body : new TextDecoder().decode(body);
