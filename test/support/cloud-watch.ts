import { inject } from 'vitest';
import { joinStacks, resolve } from '../../local/assembly/cloud-formation.ts';
import { readTemplates } from '../../local/assembly/read-assembly.ts';

/** A metric, as CloudWatch tells it from others: namespace, name and dimensions. */
interface MetricName {
  Namespace: string;
  MetricName: string;
  Dimensions: { Name: string; Value: string }[];
}

/** One value of a metric that a resource published, at an instant in milliseconds. */
export interface Datapoint extends MetricName {
  at: number;
  value: number;
}

interface MetricQuery {
  Id: string;
  Expression?: string;
  MetricStat?: { Metric: MetricName; Period: number; Stat: string };
  ReturnData?: boolean;
}

/** An alarm, as the template has it. */
interface AlarmResource extends Partial<MetricName> {
  AlarmName: string;
  AlarmDescription: string;
  AlarmActions: string[];
  ComparisonOperator: string;
  EvaluationPeriods: number;
  DatapointsToAlarm: number;
  Threshold: number;
  TreatMissingData: string;
  Metrics?: MetricQuery[];
  Period?: number;
  Statistic?: string;
}

/** The alarms of the app that the tests run. */
export async function alarms(): Promise<AlarmResource[]> {
  const stacks = joinStacks(await readTemplates(inject('assemblyDirectory')));
  return Object.values(stacks.resources)
    .filter(({ Type }) => Type === 'AWS::CloudWatch::Alarm')
    .map(({ Properties }) => resolve(namedQueues(Properties), stacks) as AlarmResource);
}

/** The engine knows no names of queues: they are called by their ids. */
const namedQueues = (properties: unknown): unknown =>
  JSON.parse(
    JSON.stringify(properties).replaceAll(/\{"Fn::GetAtt":\["([\w-]+)","QueueName"\]\}/g, '"$1"'),
  ) as unknown;

/** The alarms that go off while these values are published, by name, with the instants at which they do. */
export async function alarmsSetOff(published: readonly Datapoint[]): Promise<Record<string, number[]>> {
  const known = await alarms();
  return Object.fromEntries(
    known
      .map((alarm) => [alarm.AlarmName, setOffAt(alarm, published)] as const)
      .filter(([, at]) => at.length > 0),
  );
}

function setOffAt(alarm: AlarmResource, published: readonly Datapoint[]): number[] {
  const period =
    (alarm.Period ?? alarm.Metrics!.find(({ MetricStat }) => MetricStat)!.MetricStat!.Period) * 1000;
  const instants = published.map(({ at }) => at);
  const first = Math.floor(Math.min(...instants) / period);
  const last = Math.floor(Math.max(...instants) / period) + alarm.EvaluationPeriods;
  const found: number[] = [];
  const breaching: boolean[] = [];
  for (let index = first; index <= last; index++) {
    const value = valueOf(
      alarm,
      published.filter(({ at }) => Math.floor(at / period) === index),
    );
    const wasOff = isOff(alarm, breaching);
    breaching.push(breaches(alarm, value));
    if (isOff(alarm, breaching) && !wasOff) found.push(index * period);
  }
  return found;
}

const isOff = ({ EvaluationPeriods, DatapointsToAlarm }: AlarmResource, breaching: readonly boolean[]) =>
  breaching.slice(-EvaluationPeriods).filter(Boolean).length >= DatapointsToAlarm;

function breaches(
  { ComparisonOperator, Threshold, TreatMissingData }: AlarmResource,
  value?: number,
): boolean {
  if (ComparisonOperator !== 'GreaterThanOrEqualToThreshold')
    throw new Error(`unknown: ${ComparisonOperator}`);
  return value === undefined ? TreatMissingData === 'breaching' : value >= Threshold;
}

/** Of one period; undefined where nothing was published. */
function valueOf(alarm: AlarmResource, published: readonly Datapoint[]): number | undefined {
  if (alarm.Metrics === undefined) return statistic(alarm as MetricName, alarm.Statistic!, published);
  const values = new Map<string, number | undefined>();
  for (const { Id, MetricStat } of alarm.Metrics) {
    if (MetricStat !== undefined) values.set(Id, statistic(MetricStat.Metric, MetricStat.Stat, published));
  }
  const { Expression } = alarm.Metrics.find(({ ReturnData }) => ReturnData !== false)!;
  const filled = (id: string) => values.get(id) ?? 0;
  if ([...values.values()].every((value) => value === undefined)) return undefined;
  if (Expression === 'SUM(FILL(METRICS(), 0))') {
    return [...values.keys()].reduce((total, id) => total + filled(id), 0);
  }
  const shares = [.../^MAX\(\[(.*)\]\)$/.exec(Expression!)![1]!.matchAll(/FILL\((\w+), 0\) \/ (\d+)/g)];
  return Math.max(...shares.map(([, id, divisor]) => filled(id!) / Number(divisor)));
}

function statistic(metric: MetricName, stat: string, published: readonly Datapoint[]): number | undefined {
  const values = published.filter((point) => keyOf(point) === keyOf(metric)).map(({ value }) => value);
  if (values.length === 0) return undefined;
  if (stat === 'Sum') return values.reduce((total, value) => total + value, 0);
  if (stat === 'Maximum') return Math.max(...values);
  throw new Error(`unknown: ${stat}`);
}

const keyOf = ({ Namespace, MetricName, Dimensions }: MetricName) =>
  JSON.stringify([Namespace, MetricName, Dimensions.map(({ Name, Value }) => [Name, Value]).toSorted()]);
