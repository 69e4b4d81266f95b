import { tenantStackName } from '../../lib/app.ts';
import type { Json } from '../../local/states-language/index.ts';
import type { Execution } from '../../local/aws/step-functions/step-functions.ts';
import { createWorldInProcess } from './world/in-process.ts';
import type { Prepared } from './prepare.ts';
import { drawScenario, type Scenario, type Start, type TenantName, tenantNames } from './scenario.ts';
import { keyOf, newKeyOf, type Remains, tenantOf, type World } from './world/world.ts';

/** What came of a scenario. */
export interface Outcome {
  scenario: Scenario;
  world: World;
  /** Those that were started from outside, with what started them, and those that followed from them. */
  executions: { execution: Execution; start?: Start }[];
  /** Whether everything had come to its end before the time was up. */
  ended: boolean;
  remains: Remains;
}

/** Longer than any run can take, with its redrives, of which each may come two weeks after an end. */
const horizonSeconds = 100 * 24 * 3600;

/** Lets a scenario happen, to its end, in a world made for it. */
export async function simulate(
  seed: number,
  prepared: Prepared,
  createWorld: (scenario: Scenario, prepared: Prepared) => Promise<World> = createWorldInProcess,
): Promise<Outcome> {
  const scenario = drawScenario(seed);
  await using world = await createWorld(scenario, prepared);
  const over = new AbortController();
  const starts = new Map<string, Start>();
  const everything = async () => {
    await Promise.all([
      ...scenario.starts.map((start) => run(start, world, prepared, starts)),
      ...tenantNames.map((name) => rotateKey(name, world, scenario)),
    ]);
    do {
      await world.stepFunctions.settled();
      await Promise.all(world.redrives.pending);
    } while (isGoingOn(world));
    return true;
  };
  const ended = await Promise.race([
    everything(),
    world.clock.sleep(horizonSeconds * 1000, over.signal).then(() => false),
  ]);
  over.abort();
  const executions = world.stepFunctions.executions().map((execution) => {
    const start = starts.get(execution.name);
    return { execution, ...(start !== undefined && { start }) };
  });
  return { scenario, world, executions, ended, remains: await world.remains() };
}

const isGoingOn = ({ stepFunctions, redrives }: World): boolean =>
  redrives.pending.size > 0 || stepFunctions.executions().some(({ result }) => result === undefined);

/** Starts an execution when its time has come, waits for its end, or stops it. */
async function run(
  start: Start,
  { clock, startedAt, stepFunctions }: World,
  prepared: Prepared,
  starts: Map<string, Start>,
): Promise<void> {
  await clock.sleep(start.at * 1000);
  const { stateMachineArn, input } = targetOf(start, prepared, startedAt);
  const name = starts.has(start.name) ? `${start.name}-again` : start.name;
  starts.set(name, start);
  const { stop } = start;
  const stopLater = async () => {
    await clock.sleep(stop!.after * 1000);
    stepFunctions.stop(`${stateMachineArn.replace(':stateMachine:', ':execution:')}:${name}`);
  };
  const result = stepFunctions.run(stateMachineArn, {
    name,
    input,
    onEvent: (event) => {
      if (event.type === 'stateEntered' && event.state === stop?.state) void stopLater();
    },
  });
  if (stop !== undefined && stop.state === undefined) void stopLater();
  await result;
}

function targetOf(
  start: Start,
  { assembly }: Prepared,
  startedAt: number,
): { stateMachineArn: string; input: Json } {
  const { StateMachineArn, BatchStateMachineArn } = assembly.outputs[tenantStackName(start.tenant)]!;
  if (start.workflow === 'export') return { stateMachineArn: StateMachineArn!, input: start.input };
  if (start.workflow === 'batch') return { stateMachineArn: BatchStateMachineArn!, input: start.input };
  const schedules = assembly.schedules.filter(({ targetArn }) => tenantOf(targetArn) === start.tenant);
  const { targetArn, input } = schedules[start.schedule! % schedules.length]!;
  const scheduledTime = new Date(startedAt).toISOString().replace(/\.\d+/, '');
  return {
    stateMachineArn: targetArn,
    input: JSON.parse(input.replaceAll('<aws.scheduler.scheduled-time>', scheduledTime)) as Json,
  };
}

async function rotateKey(
  name: TenantName,
  { clock, luccas, putKey }: World,
  { tenants }: Scenario,
): Promise<void> {
  const { rotation } = tenants[name];
  if (rotation === undefined) return;
  await clock.sleep(rotation.at * 1000);
  luccas[name].rotateKey(keyOf(name), newKeyOf(name), rotation.rights);
  if (rotation.secretAfter === Infinity) return;
  await clock.sleep(rotation.secretAfter * 1000);
  putKey(name, newKeyOf(name));
}
