import { Duration } from 'aws-cdk-lib';
import {
  Alarm,
  ComparisonOperator,
  type IMetric,
  MathExpression,
  TreatMissingData,
} from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import type { Function as Lambda } from 'aws-cdk-lib/aws-lambda';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import type { StateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import type { Construct } from 'constructs';
import type { Alerts } from './alerts.ts';

const period = Duration.minutes(5);

/** A share of its time-out, from which on a function takes too long. */
const overrun = 0.9;

interface AlarmProps {
  /** Unique in the account and region. */
  readonly name: string;
  /** What it means, in a sentence. */
  readonly meaning: string;
  /** Heading of the runbook's section. */
  readonly section: string;
  readonly metric: IMetric;
  readonly threshold: number;
  /** In how many of the last periods of five minutes. @default in 1 of 3, as values may come late */
  readonly periods?: { readonly breaching: number; readonly of: number };
}

function alarm(scope: Construct, id: string, alerts: Alerts, props: AlarmProps): void {
  const { name, meaning, section, metric, threshold, periods = { breaching: 1, of: 3 } } = props;
  const action = new SnsAction(alerts.topic);
  new Alarm(scope, id, {
    alarmName: name,
    alarmDescription: `${meaning} What to do: ${alerts.section(section)}`,
    metric,
    threshold,
    comparisonOperator: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
    evaluationPeriods: periods.of,
    datapointsToAlarm: periods.breaching,
    treatMissingData: TreatMissingData.NOT_BREACHING,
  }).addAlarmAction(action);
}

export interface TenantAlarmsProps {
  readonly alerts: Alerts;
  /** With which the names of the alarms begin. */
  readonly prefix: string;
  /** By the last words of their names, such as `Export`. */
  readonly stateMachines: Readonly<Record<string, StateMachine>>;
  readonly functions: readonly Lambda[];
}

/** The alarms of one tenant. Not on errors of functions: those that ask to wait for Lucca are thrown by design. */
export function tenantAlarms(scope: Construct, props: TenantAlarmsProps): void {
  const { alerts, prefix, stateMachines, functions } = props;
  for (const [kind, stateMachine] of Object.entries(stateMachines)) {
    alarm(scope, `${kind}Failed`, alerts, {
      name: `${prefix}-${kind}-failed`,
      meaning: `An execution of ${prefix}-${kind} failed, timed out or was stopped.`,
      section: `${kind.toLowerCase()}-failed`,
      metric: sum(endings(stateMachine), `failed, timed out or stopped`),
      threshold: 1,
    });
  }
  alarm(scope, 'Throttled', alerts, {
    name: `${prefix}-throttled`,
    meaning: "Lambda has throttled the tenant's functions for a quarter of an hour: exports wait.",
    section: 'throttled',
    metric: sum(
      functions.map((lambda) => lambda.metricThrottles({ period })),
      'throttled calls',
    ),
    threshold: 1,
    periods: { breaching: 3, of: 4 },
  });
  alarm(scope, 'Overrun', alerts, {
    name: `${prefix}-overrun`,
    meaning: `A function took ${overrun * 100} % or more of the time that it may.`,
    section: 'overrun',
    metric: shareOfTimeout(functions),
    threshold: overrun,
  });
}

/** Of what nobody could be told. */
export function undeliveredAlarm(scope: Construct, alerts: Alerts, prefix: string, queue: IQueue): void {
  alarm(scope, 'UndeliveredAlarm', alerts, {
    name: `${prefix}-undelivered`,
    meaning: 'There are messages in the dead-letter queue: an occurrence of a schedule was not started, say.',
    section: 'undelivered',
    metric: queue.metricApproximateNumberOfMessagesVisible({ period, statistic: 'Maximum' }),
    threshold: 1,
  });
}

const endings = (stateMachine: StateMachine): IMetric[] => [
  stateMachine.metricFailed({ period }),
  stateMachine.metricTimedOut({ period }),
  stateMachine.metricAborted({ period }),
];

/** Missing data is nothing: a sum of it would be missing as well. */
function sum(metrics: readonly IMetric[], label: string): MathExpression {
  return new MathExpression({
    expression: 'SUM(FILL(METRICS(), 0))',
    usingMetrics: named(metrics),
    label,
    period,
  });
}

function shareOfTimeout(functions: readonly Lambda[]): MathExpression {
  const durations = functions.map((lambda) => lambda.metricDuration({ period, statistic: 'Maximum' }));
  const shares = functions.map(({ timeout }, index) => `FILL(m${index}, 0) / ${timeout!.toMilliseconds()}`);
  return new MathExpression({
    expression: `MAX([${shares.join(', ')}])`,
    usingMetrics: named(durations),
    label: 'longest duration, as a share of the time-out',
    period,
  });
}

const named = (metrics: readonly IMetric[]) =>
  Object.fromEntries(metrics.map((metric, index) => [`m${index}`, metric]));
