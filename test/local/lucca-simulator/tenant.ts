import { onTestFinished } from 'vitest';
import { VirtualClock } from '../../../local/clock.ts';
import { startLuccaSimulator } from '../../../local/lucca-simulator/simulator.ts';
import type { LuccaSimulator, LuccaSimulatorOptions } from '../../../local/lucca-simulator/simulator.ts';

/** A JSON answer, or problem details. */
export interface JsonAnswer {
  status: number;
  headers: Headers;
  body: Record<string, unknown>;
}

/** A simulated tenant, and what an integration of it asks. Every call may be made with another key. */
export interface TestTenant {
  lucca: LuccaSimulator;
  clock: VirtualClock;
  fetch: (path: string, init?: RequestInit, apiKey?: string) => Promise<Response>;
  post: (path: string, body: unknown, apiKey?: string) => Promise<JsonAnswer>;
  /** `{}` stands for template 42 and its default period. */
  createReport: (request?: Record<string, unknown>, apiKey?: string) => Promise<JsonAnswer>;
  checkReport: (id: number, apiKey?: string) => Promise<JsonAnswer>;
  download: (id: number, format: 'csv' | 'excel', apiKey?: string) => Promise<Response>;
  /** Creates a report and lets its generation end. */
  finishedReport: (request?: Record<string, unknown>) => Promise<number>;
}

export const start = '2026-11-24T08:00:00Z';
export const api = '/timmi-timesheet/api';

/** Closed when the test ends. Its keys are `first` and `second`, the former being used by default. */
export async function openTenant(options: Partial<LuccaSimulatorOptions> = {}): Promise<TestTenant> {
  const clock = new VirtualClock(start);
  const lucca = await startLuccaSimulator({ clock, apiKeys: ['first', 'second'], ...options });
  onTestFinished(lucca.close);

  const call = (path: string, init: RequestInit = {}, apiKey = 'first') =>
    fetch(lucca.url + path, { ...init, headers: { Authorization: `lucca application=${apiKey}` } });
  const post = async (path: string, body: unknown, apiKey?: string) =>
    answerOf(await call(path, { method: 'POST', body: JSON.stringify(body) }, apiKey));
  const createReport = (request: Record<string, unknown> = {}, apiKey?: string) =>
    post(`${api}/reports`, { templateId: 42, ...request }, apiKey);

  return {
    lucca,
    clock,
    fetch: call,
    post,
    createReport,
    checkReport: async (id, apiKey) => answerOf(await call(`${api}/reports/${id}`, {}, apiKey)),
    download: (id, format, apiKey) => call(`${api}/reports/${id}/download-${format}`, {}, apiKey),
    finishedReport: async (request) => {
      const { body } = await createReport(request);
      await clock.sleep(4000);
      return Number(body['id']);
    },
  };
}

const answerOf = async (response: Response): Promise<JsonAnswer> => ({
  status: response.status,
  headers: response.headers,
  body: (await response.json()) as Record<string, unknown>,
});
