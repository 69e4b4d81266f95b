import { loginPage, loginPath, problem } from './answers.ts';
import type { Answer } from './answers.ts';
import type { ApiKeys } from './api-keys.ts';
import type { Fault, FaultOrders } from './faults.ts';
import { distort, wrongAnswer } from './faulty-answers.ts';
import { befall } from './misfortunes.ts';
import { operations } from './operations.ts';
import type { Tenant } from './operations.ts';
import { findRoute } from './routes.ts';
import type { Operation, Route } from './routes.ts';

/** A request, however it travelled. */
export interface LuccaRequest {
  method: string;
  /** With the query, if there was one. */
  path: string;
  authorization: string;
  body: Buffer;
}

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
  /** The fault that a call of an operation meets, if any. */
  strike: FaultOrders['strike'];
  requests: ReceivedRequest[];
}

/** An answer, and what is to go wrong on its way. */
export interface LuccaResponse {
  answer: Answer;
  fault?: Fault | undefined;
}

/** What Lucca answers to a request. */
export function respond(lucca: Lucca, request: LuccaRequest): LuccaResponse {
  const received: ReceivedRequest = { method: request.method, path: request.path, at: lucca.clock.now() };
  lucca.requests.push(received);
  const { answer, fault } = handle(lucca, request, received);
  if (fault?.kind !== 'noAnswer') received.status = answer.status;
  const headers = { ...answer.headers, Date: new Date(received.at).toUTCString() };
  return { answer: { ...answer, headers }, fault };
}

/** Who asks? Not too often? For what? Only then is it done, or goes wrong as ordered. */
function handle(lucca: Lucca, request: LuccaRequest, received: ReceivedRequest): LuccaResponse {
  const { method, authorization, body } = request;
  const { pathname } = new URL(request.path, 'http://lucca');
  if (pathname === loginPath) return { answer: loginPage };

  const apiKey = lucca.apiKeys.authenticate(authorization);
  if (apiKey === undefined) return { answer: problem(401, 'The API key is missing or invalid.') };
  received.apiKey = apiKey;

  const secondsToWait = lucca.rateLimit();
  if (secondsToWait > 0) {
    const headers = { 'Retry-After': String(secondsToWait) };
    return { answer: problem(429, `Too many requests: try again in ${secondsToWait} s.`, { headers }) };
  }

  const route = findRoute(method, pathname);
  if (!('operation' in route)) return { answer: route };
  received.operation = route.operation;

  const fault = lucca.strike(route.operation);
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
