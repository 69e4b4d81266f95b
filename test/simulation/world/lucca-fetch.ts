import type { Format } from '../../../lambdas/shared/formats.ts';
import { bytesOf, half, type Answer } from '../../../local/lucca-simulator/answers.ts';
import type { Fault } from '../../../local/lucca-simulator/faults.ts';
import type { SimulatedLucca } from '../../../local/lucca-simulator/lucca.ts';
import { currentInvocation, type Invocation, untilKilled } from './invocation.ts';
import type { Network } from './aws/sdk.ts';
import type { TenantName } from '../scenario.ts';
import type { Download } from './world.ts';

/** What travelled between the functions and the tenants' Luccas. */
export interface LuccaTraffic {
  fetch: typeof globalThis.fetch;
  /** Answers whose body was neither read to its end nor given up, and who let them lie. */
  open: ReadonlyMap<object, Invocation | undefined>;
  /** Those that arrived whole. */
  downloads: readonly Download[];
}

/** `fetch` without a network: requests go to the Lucca of their origin. */
export function createLuccaTraffic(
  luccas: Readonly<Record<string, SimulatedLucca>>,
  network: Network,
): LuccaTraffic {
  const { faults, chance, clock } = network;
  const open = new Map<object, Invocation | undefined>();
  const downloads: Download[] = [];

  async function exchange(url: URL, init: RequestInit): Promise<Response> {
    const invocation = currentInvocation();
    await untilKilled(invocation);
    await clock.sleep(chance.happens(0.05) ? chance.whole(1000, 25_000) : chance.whole(20, 400));
    await untilKilled(invocation);
    // Less often than the rest, which would never be reached.
    const refusal = chance.happens(0.2) ? faults.strike('Lucca', 'connect', connectionFaults) : undefined;
    if (refusal !== undefined) throw failedFetch(refusal);
    const { answer, fault } = luccas[tenantAt(url)]!.answer({
      method: init.method ?? 'GET',
      path: url.pathname,
      authorization: new Headers(init.headers).get('Authorization') ?? '',
      body: Buffer.from((init.body as string | undefined) ?? ''),
    });
    if (fault?.kind === 'noAnswer') {
      if (chance.happens(0.5)) await new Promise<never>(() => {});
      throw failedFetch('other side closed');
    }
    return response(url, answer, fault, invocation);
  }

  /** The body comes in pieces, as badly as the fault wants it to travel. */
  function response(
    url: URL,
    answer: Answer,
    fault: Fault | undefined,
    invocation: Invocation | undefined,
  ): Response {
    const bytes = bytesOf(answer);
    const headers = new Headers(answer.headers);
    if (fault?.kind === 'chunked') headers.set('Transfer-Encoding', 'chunked');
    else if (fault?.kind !== 'unframed') headers.set('Content-Length', String(bytes.length));
    if ([204, 205, 304].includes(answer.status))
      return new Response(null, { status: answer.status, headers });

    const arriving = arrivingPart(bytes, fault);
    const pieces = piecesOf(arriving, fault?.kind === 'slow' ? 10 : chance.whole(1, 3));
    const body = new ReadableStream<Uint8Array>(
      {
        pull: async (controller) => {
          const piece = pieces.shift();
          if (fault?.kind === 'slow') await clock.sleep(fault.pauseMilliseconds ?? 5);
          if (piece === undefined && fault?.kind === 'stall') return new Promise<never>(() => {});
          await untilKilled(invocation);
          if (piece !== undefined) return controller.enqueue(piece);
          open.delete(body);
          if (fault?.kind === 'cut')
            return controller.error(new TypeError('terminated', { cause: new Error('other side closed') }));
          if (isWholeFile(answer, fault)) downloads.push(...downloadOf(url, bytes));
          if (arriving.length === bytes.length) answer.whenDelivered?.();
          controller.close();
        },
        cancel: () => void open.delete(body),
      },
      { highWaterMark: 0 },
    );
    open.set(body, invocation);
    return new Response(body, { status: answer.status, headers });
  }

  const fetch = (input: string | URL | Request, init: RequestInit = {}) =>
    Promise.race([exchange(new URL(input as URL), init), aborted(init.signal)]);
  return { fetch, open, downloads };
}

const connectionFaults = ['connect ECONNREFUSED', 'getaddrinfo ENOTFOUND'].map((reason) => ({
  kind: reason,
  group: 'connection',
  survivable: 2,
  fault: () => reason,
}));

/** The tenant's domain is its name: `https://acme.ilucca.net`. */
const tenantAt = ({ hostname }: URL) => hostname.split('.')[0] as TenantName;

function downloadOf(url: URL, bytes: Buffer): Download[] {
  const [, reportId, format] = /\/reports\/(\d+)\/download-(csv|excel)$/.exec(url.pathname) ?? [];
  if (reportId === undefined) return [];
  return [{ tenant: tenantAt(url), reportId: Number(reportId), format: format as Format, bytes }];
}

/** However it travelled, as long as it is what was asked for and arrived. */
const isWholeFile = ({ status }: Answer, fault: Fault | undefined) =>
  status === 200 &&
  (fault === undefined ||
    fault.kind === 'slow' ||
    fault.kind === 'chunked' ||
    (fault.kind === 'unframed' && fault.cut === undefined));

/** What `fetch` throws: why is in the cause. */
const failedFetch = (reason: string) => {
  const [code] = /E[A-Z]{4,}/.exec(reason) ?? [];
  return new TypeError('fetch failed', { cause: Object.assign(new Error(reason), { code }) });
};

const aborted = (signal: AbortSignal | null | undefined) =>
  new Promise<never>((_, reject) => {
    signal?.addEventListener('abort', () => reject(signal.reason as Error), { once: true });
  });

function arrivingPart(bytes: Buffer, fault: Fault | undefined): Buffer {
  switch (fault?.kind) {
    case 'unframed':
      return fault.cut === undefined ? bytes : half(bytes);
    case 'cut':
    case 'stall':
      return half(bytes);
    case 'wrongLength':
    case 'chunked':
      return bytes.subarray(0, Math.max(0, bytes.length - (fault.missingBytes ?? 0)));
    default:
      return bytes;
  }
}

function piecesOf(bytes: Buffer, count: number): Buffer[] {
  const size = Math.max(1, Math.ceil(bytes.length / count));
  return Array.from({ length: Math.ceil(bytes.length / size) }, (_, index) =>
    bytes.subarray(index * size, (index + 1) * size),
  );
}
