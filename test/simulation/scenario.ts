import { Temporal } from 'temporal-polyfill';
import guideTemplate from '../../local/lucca-simulator/guide-template.json' with { type: 'json' };
import type { Json } from '../../local/states-language/index.ts';
import { type Chance, createChance } from './chance.ts';

const boundaries = [
  'Lucca',
  'Lambda',
  'S3',
  'Secrets Manager',
  'DynamoDB',
  'Step Functions',
  'EventBridge',
  'SQS',
  'SNS',
] as const;
export type Boundary = (typeof boundaries)[number];

export interface Weather {
  /**
   * Calm: nothing goes wrong. Mild: no more than the workflow promises to survive, so every export must succeed.
   * Storm: anything.
   */
  kind: 'calm' | 'mild' | 'storm';
  /** How likely a call is to go wrong. */
  rates: Record<Boundary, number>;
  /** Times at which almost every call goes wrong, in seconds since the start. */
  outages: { boundary: Boundary; from: number; to: number }[];
  /** When the account has room for so many runs of these functions only, in seconds since the start: it has others. */
  crowd?: { from: number; to: number; room: number };
}

export const tenantNames = ['acme', 'globex'] as const;
export type TenantName = (typeof tenantNames)[number];

/** A tenant's Lucca. */
export interface TenantScenario {
  generationSeconds: number;
  expirySeconds: number;
  /** People in a report. */
  rows: number;
  /** The API key is replaced in Lucca, and in the secret so many seconds later, or never. */
  rotation?: { at: number; secretAfter: number; rights: 'sameRights' | 'ownRights' };
}

/** An execution that is started from outside. */
export interface Start {
  /** Seconds since the start. */
  at: number;
  tenant: TenantName;
  /** A schedule delivers an occurrence; the others are started by hand. */
  workflow: 'export' | 'batch' | 'schedule';
  name: string;
  input: Json;
  /** Of a schedule: which one. */
  schedule?: number;
  /** Bad input, or a template that doesn't exist: it must fail. */
  wrong?: boolean;
  /** Stopped so many seconds after it was started, or after it has entered a state. */
  stop?: { after: number; state?: string };
}

/** All that is decided before a simulation begins. */
export interface Scenario {
  seed: number;
  /** ISO instant. */
  startsAt: string;
  weather: Weather;
  tenants: Record<TenantName, TenantScenario>;
  starts: Start[];
  /**
   * When a version is deployed, in seconds since the start: what was started before it runs with the definitions of the last
   * release. Until it is done, functions may not be ready.
   */
  deployment?: { from: number; to: number };
  /** How likely an execution that ends without success is to be redriven. */
  redrives: number;
}

export function drawScenario(seed: number): Scenario {
  const chance = createChance(seed);
  const weather = drawWeather(chance);
  const startsAt = Temporal.Instant.from('2026-01-01T00:00:00Z').add({ minutes: chance.whole(0, 525_600) });
  const tenants = Object.fromEntries(tenantNames.map((name) => [name, drawTenant(chance, weather.kind)]));
  const redrives = chance.pick([0, 0.3, 0.9]);
  const deployment = chance.happens(0.3) && { deployment: drawDeployment(chance, weather.kind) };
  return {
    seed,
    startsAt: startsAt.toString(),
    weather,
    tenants: tenants as Scenario['tenants'],
    starts: Array.from({ length: chance.whole(1, 5) }, (_, index) =>
      drawStart(chance, index, redrives),
    ).flatMap((start) => (chance.happens(0.3) ? [start, ...secondTime(start, chance)] : [start])),
    redrives,
    ...deployment,
  };
}

function drawDeployment(chance: Chance, weather: Weather['kind']): NonNullable<Scenario['deployment']> {
  const from = chance.pick([chance.whole(0, 120), chance.whole(0, 7200)]);
  const seconds = { calm: [0], mild: [0, 10, 30], storm: [0, 30, 600] } as const;
  return { from, to: from + chance.pick(seconds[weather]) };
}

/** Schedules deliver at least once, and batches are started again with what they have left. */
function secondTime(first: Start, chance: Chance): Start[] {
  const { stop: _stop, ...start } = first;
  if (start.workflow === 'schedule') return [{ ...start, at: start.at + chance.pick([0, 1, 3600]) }];
  if (start.workflow === 'export') return [];
  const input = { ...(start.input as object), skipExisting: true };
  return [{ ...start, at: start.at + chance.pick([600, 7200]), input }];
}

function drawWeather(chance: Chance): Weather {
  const kind = chance.pick(['calm', 'mild', 'mild', 'mild', 'storm', 'storm', 'storm'] as const);
  const rate = () => (kind === 'calm' ? 0 : chance.pick([0, 0, 0.02, 0.1, kind === 'mild' ? 0.5 : 0.3]));
  const rates = Object.fromEntries(boundaries.map((boundary) => [boundary, rate()]));
  const outages = Array.from(
    { length: kind === 'storm' && chance.happens(0.4) ? chance.whole(1, 2) : 0 },
    () => {
      const from = chance.whole(0, 900);
      return { boundary: chance.pick(boundaries), from, to: from + chance.pick([60, 600, 3600, 20_000]) };
    },
  );
  const isCrowded = kind !== 'calm' && chance.happens(0.3);
  const crowd = isCrowded && { crowd: drawCrowd(chance, kind === 'mild') };
  return { kind, rates: rates as Weather['rates'], outages, ...crowd };
}

function drawCrowd(chance: Chance, isMild: boolean): NonNullable<Weather['crowd']> {
  const from = chance.pick([0, 0, chance.whole(0, 600)]);
  return {
    from,
    to: from + (isMild ? chance.pick([30, 60]) : chance.pick([60, 600, 3600])),
    room: chance.pick([0, 1, 2, chance.whole(1, 10)]),
  };
}

function drawTenant(chance: Chance, weather: Weather['kind']): TenantScenario {
  const isStorm = weather === 'storm';
  const rotates = chance.happens(isStorm ? 0.15 : 0.1);
  return {
    generationSeconds: chance.pick([0, 4, 15, 60, isStorm ? 3000 : 120]),
    expirySeconds: isStorm ? chance.pick([86_400, 86_400, 86_400, 300]) : 86_400,
    // A few reports are so large that they are uploaded in parts.
    rows: chance.happens(1 / 1500) ? 120_000 : chance.whole(1, 12),
    ...(rotates && {
      rotation: {
        at: chance.whole(0, 300),
        secretAfter: isStorm ? chance.pick([0, 30, 600, Infinity]) : 0,
        rights: isStorm ? chance.pick(['sameRights', 'ownRights'] as const) : 'sameRights',
      },
    }),
  };
}

function drawStart(chance: Chance, index: number, redrives: number): Start {
  const tenant = chance.pick(tenantNames);
  const common = {
    at: chance.pick([0, 0, chance.whole(0, 60), chance.whole(0, 600), chance.whole(0, 7200)]),
    tenant,
    name: `${tenant}-${index}${chance.pick(['', '', '', ' Année', '-2026年', '+é@='])}`,
    ...(chance.happens(redrives > 0 ? 0.3 : 0.15) && { stop: drawStop(chance) }),
  };
  const workflow = chance.pick(['export', 'export', 'export', 'batch', 'schedule'] as const);
  if (workflow === 'schedule') return { ...common, workflow, schedule: chance.whole(0, 9), input: null };
  if (workflow === 'batch') return { ...common, workflow, input: drawBatch(chance) };
  if (chance.happens(0.06)) return { ...common, workflow, ...drawWrongInput(chance) };
  return { ...common, workflow, input: drawExport(chance) };
}

/** States in which something is under way. */
const states = [
  'Resolve Request',
  'Acquire Lease',
  'Ensure Template',
  'Renew Lease',
  'Create Report',
  'Wait For Report',
  'Check Report',
  'Store File',
  'Write Manifest',
  'Release Lease',
  'Announce Export',
];

function drawStop(chance: Chance): NonNullable<Start['stop']> {
  if (chance.happens(0.5)) return { after: chance.random() * chance.pick([0, 2, 20, 90, 900]) };
  return { state: chance.pick(states), after: chance.random() * chance.pick([0, 0.1, 1]) };
}

const formatLists: Json[] = [['csv'], ['excel'], ['csv', 'excel'], ['excel', 'csv']];

const drawFormats = (chance: Chance): { formats?: Json } =>
  chance.happens(0.8) ? { formats: chance.pick(formatLists) } : {};

function drawTemplate(chance: Chance): { templateId: Json } | { template: Json } {
  if (chance.happens(0.6)) return { templateId: 42 };
  const name = chance.pick(['Times', 'Times', 'Times', 'Other times']);
  // Some are as large as they may be.
  const more = chance.happens(0.02) ? { more: 'x'.repeat(97_000) } : {};
  return { template: { ...(guideTemplate as unknown as Record<string, Json>), name, ...more } };
}

function drawExport(chance: Chance): Json {
  const template = drawTemplate(chance);
  const formats = drawFormats(chance);
  const dates = chance.pick<Record<string, Json>>([
    {},
    {
      period: chance.pick(['yesterday', 'previousWeek', 'previousMonth', 'currentMonth', 'previousQuarter']),
    },
    { lastDays: chance.whole(1, 40), offset: chance.whole(0, 2) },
    { startsOn: '2026-01-01', endsOn: '2026-01-31' },
    { startsOn: '2026-02-01', endsOn: '2026-02-28' },
  ]);
  return { ...template, ...dates, ...formats };
}

function drawBatch(chance: Chance): Json {
  const options = { skipExisting: chance.happens(0.5), dryRun: chance.happens(0.1) };
  if (chance.happens(0.7)) {
    const backfill = { from: '2026-01', to: chance.pick(['2026-01', '2026-02', '2026-03']), every: 'month' };
    return { backfill: { ...backfill, ...drawTemplate(chance), ...drawFormats(chance) }, ...options };
  }
  const exports = [
    { ...drawTemplate(chance), period: 'previousMonth', ...drawFormats(chance) },
    { templateId: 42, period: 'currentMonth' },
  ];
  return { exports, ...options };
}

function drawWrongInput(chance: Chance): { input: Json; wrong: true } {
  return {
    wrong: true,
    input: chance.pick<Json>([
      { templateId: 7, period: 'previousMonth' },
      { templateId: '42' },
      { templateId: 42, startsOn: '2026-02-01' },
      { templateId: 42, formats: ['pdf'] },
      { templateId: 42, period: 'lastMonth', domain: 'https://evil.example' },
      { template: { name: 'without columns' } },
      [],
      null,
    ]),
  };
}
