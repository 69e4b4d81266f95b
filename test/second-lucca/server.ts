import type { Socket } from 'node:net';
import type { Clock } from '../../local/clock.ts';
import { createChance } from '../simulation/chance.ts';
import type { Answer } from './answer.ts';
import { answerRequest, type Operation, routeOf, type Speak } from './api.ts';
import { type Delivery, type FaultName, faults } from './faults.ts';
import { type HttpRequest, readRequests } from './http-request.ts';
import { type DialectName, dialectNames, dialects } from './json.ts';
import { listen, type Listener } from './listen.ts';
import { createTenant, type Tenant, type TenantOptions } from './tenant.ts';
import { allWireStyles, type WireStyle, wireStyleNames } from './wire-styles.ts';

export interface SecondLuccaOptions extends Partial<TenantOptions> {
  clock: Clock;
  apiKeys: readonly string[];
  /** Of what is drawn. */
  seed?: number;
  /** How answers are sent; drawn for each unless given. */
  style?: WireStyle;
  /** How JSON is written; drawn for each answer unless given. */
  dialect?: DialectName;
  /** How long after a report is done its files can't be found yet. */
  downloadLagSeconds?: number;
  /** Asked at each request for which no fault is ordered. */
  nextFault?: (operation: Operation) => FaultName | undefined;
}

/** Strikes the next requests for the operation. */
export interface FaultOrder {
  kind: FaultName;
  on: Operation;
  times?: number;
}

/** A request that was answered, or cut. */
interface LoggedRequest {
  at: number;
  method: string;
  path: string;
  status: number;
  fault?: FaultName;
}

export interface SecondLucca
  extends Listener, Pick<Tenant, 'reports' | 'templates' | 'supersededReports' | 'rotateKey' | 'expected'> {
  requests: readonly LoggedRequest[];
  order: (fault: FaultOrder) => void;
}

const requestsPerMinute = 50;

/**
 * Lucca's report API on a port of this machine, made from the guide alone and of sockets alone: what the simulator and
 * the functions have in common by mistake shows here.
 */
export async function startSecondLucca(options: SecondLuccaOptions): Promise<SecondLucca> {
  const { clock, seed = 1, style, dialect, downloadLagSeconds = 0, nextFault = () => undefined } = options;
  const tenant = createTenant({
    generationSeconds: 4,
    expirySeconds: 24 * 3600,
    people: 5,
    culture: 'french',
    ...options,
  });
  const chance = createChance(seed);
  const requests: LoggedRequest[] = [];
  const orders: Required<FaultOrder>[] = [];
  const speak: Speak = (status, body) => dialects[dialect ?? chance.pick(dialectNames)](status, body);

  const faultOn = (operation: Operation): FaultName | undefined => {
    const order = orders.find(({ on, times }) => on === operation && times > 0);
    if (order === undefined) return nextFault(operation);
    order.times--;
    return order.kind;
  };

  const answerTo = (request: HttpRequest): Delivery & { fault?: FaultName } => {
    const { operation } = routeOf(request);
    const answer = () =>
      tooMany(requests, clock.now(), speak) ??
      answerRequest(request, tenant, speak, { clock, downloadLagSeconds });
    const fault = operation === undefined ? undefined : faultOn(operation);
    if (fault === undefined) return { answer: answer() };
    return { fault, ...faults[fault]({ request, clock, speak, answer, tenant }) };
  };

  const serve = async (socket: Socket): Promise<void> => {
    const goOn = () => void socket.write('HTTP/1.1 100 Continue\r\n\r\n');
    for await (const request of readRequests(socket, goOn)) {
      const { answer, fault, send = allWireStyles[style ?? chance.pick(wireStyleNames)] } = answerTo(request);
      const { method, path } = request;
      requests.push({ at: clock.now(), method, path, status: answer.status, ...(fault && { fault }) });
      await send(socket, answer);
    }
  };

  const { reports, templates, supersededReports, rotateKey, expected } = tenant;
  return {
    ...(await listen(serve)),
    requests,
    order: ({ times = 1, ...fault }) => void orders.push({ times, ...fault }),
    reports,
    templates,
    supersededReports,
    rotateKey,
    expected,
  };
}

/** The answer to a request beyond the limit. */
function tooMany(requests: readonly LoggedRequest[], now: number, speak: Speak): Answer | undefined {
  const first = requests.at(-requestsPerMinute);
  const wait = first === undefined ? 0 : first.at + 60_000 - now;
  if (wait <= 0) return undefined;
  const { headers, ...refusal } = speak(429, { title: 'Too Many Requests', status: 429 });
  return { ...refusal, headers: [...headers, ['Retry-After', String(Math.ceil(wait / 1000))]] };
}
