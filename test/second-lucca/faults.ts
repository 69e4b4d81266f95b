import { setTimeout as pause } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import type { Clock } from '../../local/clock.ts';
import { answer, type Answer } from './answer.ts';
import { keyIn, type Speak } from './api.ts';
import type { HttpRequest } from './http-request.ts';
import type { Tenant } from './tenant.ts';
import { head, type Send, write } from './wire-styles.ts';
import { otherZip } from './workbook.ts';

/** A request that a fault strikes. */
export interface Exchange {
  request: HttpRequest;
  clock: Clock;
  speak: Speak;
  /** Has the API do what it is asked for. */
  answer: () => Answer;
  tenant: Tenant;
}

/** What is answered, and how it is sent if in no style of the wire. */
export interface Delivery {
  answer: Answer;
  send?: Send;
}

type Fault = (exchange: Exchange) => Delivery;

const page = (status: number, words: string): Answer =>
  answer(
    status,
    'text/html; charset=utf-8',
    `<!DOCTYPE html>\n<html><head><title>${words}</title></head><body><h1>${words}</h1></body></html>`,
  );

const withHeaders = (given: Answer, ...headers: [string, string][]): Answer => ({
  ...given,
  headers: [...given.headers, ...headers],
});

const half = (bytes: Buffer): Buffer => bytes.subarray(0, Math.ceil(bytes.length / 2));

/** Half of an answer without a length, and then the connection is over. */
const cut =
  (end: 'end' | 'resetAndDestroy'): Fault =>
  (exchange) => ({
    answer: exchange.answer(),
    send: async (socket, given) => {
      await write(socket, head(given, {}, { version: '1.0' }));
      await write(socket, half(given.body));
      // Lest the reset overtake the bytes.
      await pause(20);
      socket[end]();
    },
  });

const gzipped =
  (change: (bytes: Buffer) => Buffer): Fault =>
  (exchange) => {
    const given = exchange.answer();
    const body = change(gzipSync(given.body));
    return { answer: withHeaders({ ...given, body }, ['Content-Encoding', 'gzip']) };
  };

/** All that can be ordered to go wrong. Where the API isn't asked, what was requested didn't happen. */
export const faults = {
  /** With a reset. */
  cutByReset: cut('resetAndDestroy'),
  /** With an orderly end, as if that were all. */
  cutByFin: cut('end'),
  partialContent: (exchange) => {
    const given = exchange.answer();
    const body = half(given.body);
    const range = `bytes 0-${body.length - 1}/${given.body.length}`;
    return { answer: withHeaders({ ...given, status: 206, body }, ['Content-Range', range]) };
  },
  gzipWhole: gzipped((bytes) => bytes),
  gzipCut: gzipped(half),
  gzipUnlabelled: (exchange) => {
    const given = exchange.answer();
    return { answer: { ...given, body: gzipSync(given.body) } };
  },
  sentence: () => ({
    answer: answer(
      200,
      'text/plain; charset=utf-8',
      'Le rapport est en préparation, veuillez patienter.\r\n',
    ),
  }),
  otherZip: () => ({ answer: answer(200, 'application/octet-stream', otherZip()) }),
  empty: () => ({ answer: answer(200, 'application/octet-stream', '') }),
  maintenancePage: () => ({ answer: page(200, 'Maintenance en cours') }),
  maintenance: () => ({ answer: page(503, 'Maintenance en cours') }),
  firewall: () => ({ answer: page(403, 'Request blocked') }),
  unavailable: ({ speak }) => ({
    answer: withHeaders(speak(503, { title: 'Service Unavailable' }), ['Retry-After', '30']),
  }),
  rateLimited: ({ speak }) => ({
    answer: withHeaders(speak(429, { title: 'Too Many Requests' }), ['Retry-After', '30']),
  }),
  /** 90 seconds to wait, told by a clock that is two hours ahead. */
  rateLimitedByDate: ({ speak, clock }) => {
    const at = (seconds: number) => new Date(clock.now() + (7200 + seconds) * 1000).toUTCString();
    return {
      answer: withHeaders(
        speak(429, { title: 'Too Many Requests' }),
        ['Date', at(0)],
        ['Retry-After', at(90)],
      ),
    };
  },
  refusedInOwnWords: ({ speak }) => ({ answer: speak(401, { title: 'Clé inconnue ou expirée.' }) }),
  keyEchoed: ({ request, speak }) => ({
    answer: speak(400, { title: `The application ${keyIn(request)?.toUpperCase()} says nothing sensible.` }),
  }),
  generationFails: (exchange) => {
    const given = exchange.answer();
    const report = exchange.tenant.reports.at(-1);
    if (given.status < 300 && report !== undefined) report.fails = true;
    return { answer: given };
  },
} as const satisfies Record<string, Fault>;

export type FaultName = keyof typeof faults;
