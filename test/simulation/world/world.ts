import type { Format } from '../../../lambdas/shared/formats.ts';
import { finalErrors } from '../../../lambdas/shared/errors.ts';
import type { VirtualClock } from '../../../local/clock.ts';
import type { ExecutionEvent } from '../../../local/states-language/index.ts';
import type { Execution, StepFunctions } from '../../../local/aws/step-functions/step-functions.ts';
import type { ObjectVersion } from './aws/s3.ts';
import type { Faults } from './faults.ts';
import type { Invocation } from './invocation.ts';
import type { Redrives } from './redrives.ts';
import { type TenantName, tenantNames } from '../scenario.ts';

/** Everything around the workflow, in virtual time. */
export interface World extends AsyncDisposable {
  clock: VirtualClock;
  startedAt: number;
  faults: Faults;
  stepFunctions: StepFunctions;
  luccas: Record<TenantName, WatchedLucca>;
  /** Puts an API key into the tenant's secret. */
  putKey: (tenant: TenantName, key: string) => void;
  watch: Watch;
  redrives: Redrives;
  /** What the functions logged. */
  logs: readonly string[];
  /** What is there when everything has ended. */
  remains: () => Promise<Remains>;
}

/** What a tenant's Lucca tells of what was done to it. */
export interface WatchedLucca {
  /** Oldest first. The status is absent when nothing was answered. */
  requests: readonly { at: number; method: string; path: string; status?: number }[];
  templates: readonly { payload: Record<string, unknown> }[];
  /** Deleted ones too. */
  reports: readonly WatchedReport[];
  /** Reports that were lost to a later one, and when, in milliseconds since the epoch. */
  supersededReports: readonly { reportId: number; supersededBy: number; at: number; status: string }[];
  rotateKey: (oldKey: string, newKey: string, rights: 'sameRights' | 'ownRights') => void;
}

export interface WatchedReport {
  id: number;
  template: { id: number };
  /** ISO dates, or what becomes ones as text. */
  period: Record<'startsOn' | 'endsOn', { toString: () => string }>;
}

export interface Remains {
  /** Whether nobody was told of ends of executions. */
  losesEvents: boolean;
  /** Items of the lease table that somebody has. */
  leases: unknown[];
  /** Versions of objects, oldest first. */
  versions: readonly ObjectVersion[];
  /** Whether old versions are among them. */
  hasOldVersions: boolean;
  /** Neither completed nor aborted. */
  uploads: readonly { key: string; invocation?: Invocation | undefined }[];
  /** Files that Lucca served to the last byte. */
  downloads: readonly Download[];
  /** Who let an answer lie, neither read to its end nor given up. */
  unread: readonly (Invocation | undefined)[];
}

export interface Download {
  tenant: TenantName;
  reportId: number;
  format: Format;
  bytes: Buffer;
}

export const keyOf = (tenant: TenantName) => `${tenant}-0f1e2d3c-key`;
export const newKeyOf = (tenant: TenantName) => `${tenant}-replaced-key`;

/** All tenants' keys, as servers may echo them. */
export const echoedKeys: readonly string[] = tenantNames
  .flatMap((tenant) => [keyOf(tenant), newKeyOf(tenant)])
  .flatMap((key) => [
    key,
    key.toUpperCase(),
    key.replaceAll('-', ''),
    key.replaceAll(/./g, (character) => `%${character.charCodeAt(0).toString(16)}`),
    Buffer.from(`lucca application=${key}`).toString('base64'),
  ]);

/** Whose a state machine or a secret is. */
export const tenantOf = (arn: string): TenantName =>
  tenantNames.find((name) => new RegExp(`[-/]${name}[-/]`).test(arn))!;

/** What the steps of all executions tell. */
export interface Watch {
  onEvent: (event: ExecutionEvent, execution: Pick<Execution, 'arn' | 'name'>) => void;
  /** Which execution had which report made, and when, by tenant and report. */
  makers: Map<string, Maker>;
  /** Reports that were made by an execution which did not have the lease, as far as anybody looked. */
  madeWithoutLease: Set<string>;
  /** Reports whose creation an execution knows of, by tenant and id. */
  reportsInHand: ReadonlySet<string>;
  /** When executions came to the end of what they need their lease for, in milliseconds, by name: oldest first. */
  doneWithLucca: ReadonlyMap<string, readonly number[]>;
  /** Which executions got the lease. */
  leaseholders: ReadonlySet<string>;
  /** Attempts after an error that is final. */
  uselessRetries: readonly string[];
  /** Events that hold an API key. */
  leaks: readonly string[];
}

/** Who had a report made. */
export interface Maker {
  /** Name of the execution. */
  execution: string;
  /** Milliseconds since the epoch. */
  at: number;
}

export function createWatch(): Watch {
  const makers = new Map<string, Maker>();
  const reportsInHand = new Set<string>();
  const doneWithLucca = new Map<string, number[]>();
  const leaseholders = new Set<string>();
  const uselessRetries: string[] = [];
  const leaks: string[] = [];
  return {
    makers,
    madeWithoutLease: new Set(),
    reportsInHand,
    doneWithLucca,
    leaseholders,
    uselessRetries,
    leaks,
    onEvent: (event, { arn, name }) => {
      if (event.type === 'taskSucceeded' && event.state === 'Create Report') {
        const report = `${tenantOf(arn)}/${(event.result as { reportId: number }).reportId}`;
        if (!makers.has(report)) makers.set(report, { execution: name, at: event.at });
        reportsInHand.add(report);
      }
      if (event.type === 'taskSucceeded' && event.state === 'Acquire Lease') leaseholders.add(name);
      if (event.type === 'retryScheduled' && finalErrors.includes(event.error)) {
        uselessRetries.push(`${name} tries again after ${event.error}`);
      }
      if (event.type === 'stateEntered' && event.state === 'Release Lease')
        doneWithLucca.set(name, [...(doneWithLucca.get(name) ?? []), event.at]);
      const text = JSON.stringify(event);
      if (echoedKeys.some((key) => text.includes(key))) leaks.push(`${name}: ${text.slice(0, 500)}`);
    },
  };
}
