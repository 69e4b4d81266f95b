import { loginPage, loginPath, problem } from './answers.ts';
import type { Answer } from './answers.ts';
import type { ApiKeys } from './api-keys.ts';
import type { Fault, FaultPlan } from './faults.ts';
import { distortAnswer, wrongAnswer } from './faulty-answers.ts';
import { operations } from './operations.ts';
import type { Tenant } from './operations.ts';
import { applyReportFault } from './report-faults.ts';
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
  /** Absent when the request was refused for its key, its rate, its path or its method. */
  operation?: Operation;
  /** The fault that the call met. */
  fault?: Fault['kind'];
  /** The status answered; absent when nothing was. */
  status?: number;
}

export interface Lucca extends Tenant {
  apiKeys: ApiKeys;
  /** Counts a request, and tells how many seconds to wait before another try: 0 when it is let through. */
  rateLimit: () => number;
  nextFault: FaultPlan['nextFault'];
  requests: ReceivedRequest[];
}

/** An answer, and what is to go wrong on its way. */
export interface LuccaResponse {
  answer: Answer;
  fault?: Fault | undefined;
}

/** What Lucca answers to a request. */
export function answerRequest(lucca: Lucca, request: LuccaRequest): LuccaResponse {
  const received: ReceivedRequest = { method: request.method, path: request.path, at: lucca.clock.now() };
  lucca.requests.push(received);
  const { answer, fault } = handle(lucca, request, received);
  if (fault?.kind !== 'noAnswer') received.status = answer.status;
  const headers = { ...answer.headers, Date: new Date(received.at).toUTCString() };
  return { answer: { ...answer, headers }, fault };
}

/** Who asks? Not too often? For what? Only then is the operation performed, or goes wrong as its fault says. */
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

  const fault = lucca.nextFault(route.operation);
  if (fault) received.fault = fault.kind;
  const wrong = wrongAnswer(fault, { operation: route.operation, authorization, at: received.at });
  const isCarriedOut = !wrong || (fault?.kind === 'status' && fault.carriedOut === true);
  const right = isCarriedOut ? performOperation(lucca, route, apiKey, body, fault) : undefined;
  return { answer: wrong ?? distortAnswer(right!, fault, route.operation), fault };
}

/** A fault of a report is applied before the report is looked at, or as soon as it is created. */
function performOperation(
  lucca: Lucca,
  route: Route,
  apiKey: number,
  body: Buffer,
  fault: Fault | undefined,
): Answer {
  const { operation, reportId } = route;
  const perform = () => operations[operation](lucca, { apiKey, reportId, body });
  if (operation !== 'createReport') {
    const report = lucca.reports.find(reportId, apiKey);
    if (report) applyReportFault(report, fault, lucca.reports);
    return perform();
  }
  const answer = perform();
  const created = lucca.reports.all.at(-1);
  if (answer.status < 300 && created) applyReportFault(created, fault, lucca.reports);
  return answer;
}
