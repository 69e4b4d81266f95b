import { afterEach, beforeAll, beforeEach, describe, expect, inject, test, vi } from 'vitest';
import { readAssembly } from '../../../local/assembly/read-assembly.ts';
import { placeholderDomain, replaceText } from '../../../local/assembly/synthesise.ts';
import { VirtualClock } from '../../../local/clock.ts';
import { prepare } from '../../simulation/prepare.ts';
import { drawScenario } from '../../simulation/scenario.ts';
import { echoedKeys, tenantOf } from '../../simulation/world/world.ts';
import { acme } from '../../support/acme.ts';
import { askAbout, type InquiryOptions } from './ask.ts';
import { createSend, explain } from './aws.ts';
import type { Answer } from './compare-answer.ts';
import { inquire } from './main.ts';
import { createPace, type Pace } from './pace.ts';
import { requestOf, whyNotSent } from './request.ts';
import { RequestError } from './server-checks.ts';
import { serveTestState, type ServerOptions } from './server.ts';
import type { Step } from './step.ts';
import { collectSteps, type Steps } from './steps.ts';
import { tableOf } from './table.ts';

/** Two of each workflow, of a single tenant, which is all that the app of the tests has. */
const ofOneTenant = Array.from({ length: 400 }, (_, index) => drawScenario(index + 1)).filter(
  ({ starts, weather }) =>
    weather.kind === 'storm' && starts.length <= 3 && starts.every(({ tenant }) => tenant === acme.name),
);
const seeds = (['export', 'batch', 'schedule'] as const).flatMap((workflow) =>
  ofOneTenant
    .filter(({ starts }) => starts.some((start) => start.workflow === workflow))
    .slice(0, 2)
    .map(({ seed }) => seed),
);

let all: Steps;

beforeAll(async () => {
  const assembly = replaceText(
    await readAssembly(inject('assemblyDirectory')),
    placeholderDomain,
    acme.domain,
  );
  const stateMachines = assembly.stateMachines.filter(({ arn }) => tenantOf(arn) === acme.name);
  all = await collectSteps(new Set(seeds), prepare({ ...assembly, stateMachines }));
});

beforeEach(() => {
  vi.stubEnv('AWS_REGION', 'eu-west-3');
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'id');
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'secret');
});
afterEach(() => {
  vi.unstubAllEnvs();
});

const unhurried: Pace = { turn: async () => {}, slowDown: () => {} };

interface Asked extends ServerOptions, Partial<InquiryOptions> {}

/** Starts a service, and gives what it takes to ask it. */
async function serving<T>(given: Asked, use: (options: InquiryOptions) => Promise<T>): Promise<T> {
  const server = await serveTestState(given);
  try {
    const send = createSend({ endpointUrl: server.url });
    return await use({ send, pace: unhurried, signal: new AbortController().signal, ...given });
  } finally {
    await server.close();
  }
}

const ask = (steps: readonly Step[], given: Asked = {}) =>
  serving(given, (options) => askAbout(steps, options));

const stepWhere = (state: string, holds: (attempt: Step['attempt']) => boolean = () => true): Step =>
  all.steps.find(({ attempt }) => attempt.state === state && holds(attempt))!;
const hasStatus = (status: string) => (attempt: Step['attempt']) => attempt.outcome.status === status;

describe('the steps', () => {
  test('show every state, transition, Retry and Catch', () => {
    expect(all.missing).toEqual([]);
  });

  test('can all be sent', () => {
    expect(all.steps.map(whyNotSent).filter((reason) => reason !== undefined)).toEqual([]);
  });

  test('hold no API key', () => {
    const requests = all.steps.map(requestOf);
    const definitions = new Set(requests.map(({ definition }) => definition));
    const sent = JSON.stringify([
      ...definitions,
      requests.map((request) => ({ ...request, definition: '' })),
    ]);
    expect(echoedKeys.filter((key) => sent.includes(key))).toEqual([]);
  });
});

describe('a service that does as the interpreter', () => {
  test('finds a step of every state and outcome the same', async () => {
    const kinds = Map.groupBy(all.steps, ({ machine, attempt: { state, outcome } }) =>
      [machine, state, outcome.status, 'next' in outcome && outcome.next].join(),
    );
    const steps = [...kinds.values()].map(([step]) => step!);
    const { verdicts, calls, failure } = await ask(steps);
    expect(verdicts.flatMap(({ differences }) => differences)).toEqual([]);
    expect(verdicts.map(({ verdict }) => verdict)).toEqual(steps.map(() => 'same'));
    expect({ calls, failure }).toEqual({ calls: steps.length, failure: undefined });
  });

  test('is asked nothing that its time or chance would answer', async () => {
    const lease = stepWhere('Acquire Lease', hasStatus('SUCCEEDED'));
    const { verdicts } = await ask([lease, stepWhere('Template Given?'), stepWhere('Wait For Functions')]);
    expect(verdicts.map(({ notCompared }) => notCompared)).toEqual([
      expect.arrayContaining(['/arguments/ExpressionAttributeValues/:now/N']),
      ['/variables/beganAt', '/variables/reportDeadline', '/variables/storeDeadline'],
      ['how long it waits'],
    ]);
  });
});

/** An answer with something else in its inspection data. */
const inspecting =
  (change: (data: NonNullable<Answer['inspectionData']>) => object) =>
  (answer: Answer): Answer => ({
    ...answer,
    inspectionData: { ...answer.inspectionData, ...change(answer.inspectionData!) },
  });

test.each<[string, string, (answer: Answer) => Answer, string]>([
  ['Exported?', 'SUCCEEDED', (answer) => ({ ...answer, nextState: 'Elsewhere' }), '/nextState'],
  ['Exported?', 'SUCCEEDED', (answer) => ({ ...answer, output: '{}' }), '/output'],
  ['Acquire Lease', 'RETRIABLE', (answer) => ({ ...answer, status: 'FAILED' }), '/status'],
  ['Acquire Lease', 'CAUGHT_ERROR', (answer) => ({ ...answer, error: 'Other' }), '/error'],
  ['Export Failed', 'FAILED', (answer) => ({ ...answer, cause: 'other' }), '/cause'],
  ['Create Report', 'SUCCEEDED', inspecting(() => ({ variables: '{"reportId":0}' })), '/variables/'],
  ['Create Report', 'SUCCEEDED', inspecting(() => ({ variables: undefined })), '/variables'],
  ['Check Report', 'SUCCEEDED', inspecting(() => ({ afterArguments: '{}' })), '/arguments/'],
  ['Store Files', 'SUCCEEDED', inspecting(() => ({ afterItemSelector: '[]' })), '/iterations/0'],
  ['Acquire Lease', 'CAUGHT_ERROR', inspecting(() => ({ errorDetails: { catchIndex: 7 } })), '/catcher'],
  ['Exported?', 'SUCCEEDED', inspecting(() => ({ errorDetails: { retryIndex: 0 } })), '/retrier'],
  [
    'Acquire Lease',
    'RETRIABLE',
    inspecting(({ errorDetails }) => ({ errorDetails: { ...errorDetails, retryIndex: 7 } })),
    '/retrier',
  ],
  [
    'Acquire Lease',
    'RETRIABLE',
    inspecting(({ errorDetails }) => ({
      errorDetails: { ...errorDetails, retryBackoffIntervalSeconds: 1000 },
    })),
    '/delaySeconds',
  ],
])('%s (%s) with another answer is told with what differs', async (state, status, change, pointer) => {
  const step = stepWhere(state, hasStatus(status));
  const inquiry = await ask([step], { change });
  const [verdict] = inquiry.verdicts;
  expect(verdict).toMatchObject({ verdict: 'different' });
  expect(verdict?.differences[0]).toMatch(new RegExp(`^${pointer}.*: here .* on AWS `));
  expect(tableOf(all, inquiry)).toContain(`${step.machine}: ${state}, ${status} here`);
});

test.each<[string, string, (request: ReturnType<typeof requestOf>) => object, string]>([
  [
    'Export Items',
    'an item of a Map in its context',
    ({ context }) => ({ context: context!.replace('{', '{"Map":{},') }),
    "'Map' field is not supported",
  ],
  ['Export Items', 'no mock', () => ({ mock: undefined, context: undefined }), 'InvalidDefinition'],
  ['Export Item', 'no mock', () => ({ mock: undefined, context: undefined }), 'RoleArn must be specified'],
  [
    'Export Under Lease',
    'a result for another branch',
    () => ({ mock: { result: '[1,2]' } }),
    'same number of items',
  ],
  ['Exported?', 'a mock', () => ({ mock: { result: '{}' } }), 'not supported when a mock is specified'],
  ['Exported?', 'an unknown state', () => ({ stateName: 'Nowhere' }), 'State not found'],
  ['Exported?', 'no JSON', () => ({ input: '{' }), 'must be valid JSON'],
])('a request about %s with %s is refused, which is a difference', async (state, _what, change, message) => {
  const step = stepWhere(state, hasStatus('SUCCEEDED'));
  const { verdicts } = await serving({}, (options) =>
    askAbout([step], {
      ...options,
      send: (request, signal) => options.send({ ...request, ...change(request) }, signal),
    }),
  );
  expect(verdicts).toMatchObject([{ verdict: 'different' }]);
  expect(verdicts[0]?.differences[0]).toMatch(/^AWS refuses the request: /);
  expect(verdicts[0]?.differences[0]).toContain(message);
});

describe('the calls', () => {
  test('keep their distance, however long each takes', async () => {
    const clock = new VirtualClock(0);
    const begun: number[] = [];
    const send: InquiryOptions['send'] = async () => {
      begun.push(clock.now());
      await clock.sleep(10_000);
      return { $metadata: {} };
    };
    await askAbout(all.steps.slice(0, 4), {
      send,
      pace: createPace(4, clock),
      signal: new AbortController().signal,
    });
    expect(begun).toEqual([0, 250, 500, 750]);
  });

  test('are sent again when AWS throttles them, counted, and come more slowly', async () => {
    const slowDown = vi.fn<Pace['slowDown']>();
    const { verdicts, calls, repeated } = await ask([stepWhere('Exported?')], {
      errors: [new RequestError('ThrottlingException', 'Rate exceeded')],
      pace: { ...unhurried, slowDown },
    });
    expect({ calls, repeated, verdict: verdicts[0]?.verdict }).toEqual({
      calls: 2,
      repeated: 1,
      verdict: 'same',
    });
    expect(slowDown).toHaveBeenCalledOnce();
  });

  test('twice as slow means twice the distance, ten seconds at most', async () => {
    const clock = new VirtualClock(0);
    const pace = createPace(1, clock);
    const turns: number[] = [];
    for (let turn = 0; turn < 8; turn++) {
      await pace.turn(new AbortController().signal);
      turns.push(clock.now() / 1000);
      pace.slowDown();
    }
    expect(turns).toEqual([0, 1, 3, 7, 15, 25, 35, 45]);
  });
});

describe('the command', () => {
  const said: string[] = [];
  const keep = (text: string | Uint8Array) => said.push(String(text)) > 0;
  afterEach(() => vi.restoreAllMocks());

  /** The exit code, and what the command says. */
  async function command(given: Asked = {}) {
    said.length = 0;
    vi.spyOn(process.stdout, 'write').mockImplementation(keep);
    vi.spyOn(process.stderr, 'write').mockImplementation(keep);
    const steps = all.steps.slice(0, 3);
    const code = await serving(given, (options) => inquire({ steps, missing: [] }, options));
    return { code, said: said.join('') };
  }

  test('ends with 0 when all is the same', async () => {
    expect(await command()).toEqual({
      code: 0,
      said: expect.stringContaining('3 of 3 steps: 3 same, 0 different'),
    });
  });

  test('ends with 1 when something differs', async () => {
    const { code, said } = await command({ change: (answer) => ({ ...answer, status: 'FAILED' }) });
    expect({ code, said }).toEqual({
      code: 1,
      said: expect.stringContaining('3 of 3 steps: 0 same, 3 different'),
    });
    expect(said).toContain('/status: here ');
  });

  test('ends with 2 when it may not ask, and names the permission', async () => {
    const errors = [new RequestError('AccessDeniedException', 'User is not authorized')];
    const { code, said } = await command({ errors });
    expect({ code, said }).toEqual({ code: 2, said: expect.stringContaining('states:TestState') });
  });

  test('ends with 130 and the table so far when it is stopped', async () => {
    const stop = new AbortController();
    const onVerdict = () => stop.abort();
    const turns = { ...unhurried, turn: async (signal: AbortSignal) => signal.throwIfAborted() };
    const { code, said } = await command({ signal: stop.signal, onVerdict, pace: turns });
    expect(code).toBe(130);
    expect(said).toMatch(/[12] of 3 steps: [12] same/);
  });

  test('says what is missing to ask AWS', async () => {
    for (const name of ['AWS_REGION', 'AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY', 'AWS_PROFILE']) {
      vi.stubEnv(name, undefined);
    }
    for (const name of ['AWS_CONFIG_FILE', 'AWS_SHARED_CREDENTIALS_FILE']) vi.stubEnv(name, '/nowhere');
    vi.stubEnv('AWS_EC2_METADATA_DISABLED', 'true');
    expect(await explainedFailure()).toMatch(/^No AWS region is set/);
    vi.stubEnv('AWS_REGION', 'eu-west-3');
    expect(await explainedFailure()).toMatch(/^No AWS credentials were found/);
  });
});

/** Why AWS itself can't be asked. */
async function explainedFailure(): Promise<string> {
  const options = { send: createSend({}), pace: unhurried, signal: new AbortController().signal };
  const { failure } = await askAbout([stepWhere('Exported?')], options);
  return explain(failure!);
}
