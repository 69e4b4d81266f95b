import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { loginPage, loginPath, problem } from './answers.ts';
import type { Answer } from './answers.ts';
import type { ApiKeys } from './api-keys.ts';
import { deliver } from './delivery.ts';
import type { Fault, FaultOrders } from './faults.ts';
import { distort, wrongAnswer } from './faulty-answers.ts';
import { befall } from './misfortunes.ts';
import { operations } from './operations.ts';
import type { Tenant } from './operations.ts';
import { findRoute } from './routes.ts';
import type { Operation, Route } from './routes.ts';

/** A request as Lucca's access log has it. */
export interface ReceivedRequest {
  method: string;
  /** With the query, if there was one. */
  path: string;
  /** Milliseconds since the epoch. */
  at: number;
  /** Index of the API key; absent when the request carried none that is valid. */
  apiKey?: number;
  /** Absent when the path or the method was wrong, or the request was not let in. */
  operation?: Operation;
  /** The fault that struck. */
  fault?: Fault['kind'];
  /** The status answered; absent when nothing was. */
  status?: number;
}

export interface Lucca extends Tenant {
  apiKeys: ApiKeys;
  /** Counts a request, and tells how many seconds to wait before another try: 0 when it is let through. */
  rateLimit: () => number;
  faults: FaultOrders;
  requests: ReceivedRequest[];
}

/** An HTTP server that is not listening yet. */
export function createLuccaServer(lucca: Lucca): Server {
  const server = createServer((request, response) => {
    receive(lucca, request, response).catch((error: Error) =>
      // Told, so that a mistake of the simulator's own is not taken for a fault that was ordered.
      deliver(response, problem(500, `The simulator failed: ${error.message}`), undefined),
    );
  });
  // Connections are kept until the client lets go, or one could break just as the client uses it again.
  server.keepAliveTimeout = 0;
  return server;
}

async function receive(lucca: Lucca, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const received: ReceivedRequest = {
    method: request.method ?? '',
    path: request.url ?? '',
    at: lucca.clock.now(),
  };
  lucca.requests.push(received);
  const { answer, fault } = await handle(lucca, request, received);
  if (fault?.kind !== 'noAnswer') received.status = answer.status;
  response.setHeader('Date', new Date(received.at).toUTCString());
  await deliver(response, answer, fault);
}

interface Handled {
  answer: Answer;
  fault?: Fault | undefined;
}

/** Who asks? Not too often? For what? Only then is it done, or goes wrong as ordered. */
async function handle(lucca: Lucca, request: IncomingMessage, received: ReceivedRequest): Promise<Handled> {
  const body = await buffer(request);
  const { pathname } = new URL(received.path, 'http://lucca');
  if (pathname === loginPath) return { answer: loginPage };

  const authorization = request.headers.authorization ?? '';
  const apiKey = lucca.apiKeys.authenticate(authorization);
  if (apiKey === undefined) return { answer: problem(401, 'The API key is missing or invalid.') };
  received.apiKey = apiKey;

  const secondsToWait = lucca.rateLimit();
  if (secondsToWait > 0) {
    const headers = { 'Retry-After': String(secondsToWait) };
    return { answer: problem(429, `Too many requests: try again in ${secondsToWait} s.`, { headers }) };
  }

  const route = findRoute(received.method, pathname);
  if (!('operation' in route)) return { answer: route };
  received.operation = route.operation;

  const fault = lucca.faults.strike(route.operation);
  if (fault) received.fault = fault.kind;
  const wrong = wrongAnswer(fault, { operation: route.operation, authorization, at: received.at });
  const isCarriedOut = !wrong || (fault?.kind === 'status' && fault.carriedOut === true);
  const right = isCarriedOut ? carryOut(lucca, route, apiKey, body, fault) : undefined;
  return { answer: wrong ?? distort(right!, fault, route.operation), fault };
}

/** A misfortune befalls a report before it is looked at, or as soon as it is created. */
function carryOut(
  lucca: Lucca,
  route: Route,
  apiKey: number,
  body: Buffer,
  fault: Fault | undefined,
): Answer {
  const { operation, reportId } = route;
  const operate = () => operations[operation](lucca, { apiKey, reportId, body });
  if (operation !== 'createReport') {
    const report = lucca.reports.find(reportId, apiKey);
    if (report) befall(report, fault, lucca.reports);
    return operate();
  }
  const answer = operate();
  const created = lucca.reports.all.at(-1);
  if (answer.status < 300 && created) befall(created, fault, lucca.reports);
  return answer;
}
