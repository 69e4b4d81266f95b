import { Duration, TimeZone } from 'aws-cdk-lib';
import {
  ContextAttribute,
  Schedule,
  ScheduleExpression,
  ScheduleTargetInput,
  TimeWindow,
} from 'aws-cdk-lib/aws-scheduler';
import { StepFunctionsStartExecution } from 'aws-cdk-lib/aws-scheduler-targets';
import type { StateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import { delivery } from './delivery.ts';
import type { Alerts } from './monitoring/alerts.ts';
import type { SharedResources } from './shared-resources.ts';
import type { ScheduleSettings } from './settings/schedule-settings.ts';
import { startWorkflow } from './workflows/start/workflow.ts';
import { createStateMachine } from './workflows/state-machine.ts';

export interface ExportSchedulesProps {
  /** Of the state machine that starts what a schedule asks for. */
  readonly name: string;
  /** Name of the tenant. */
  readonly tenant: string;
  readonly alerts: Alerts | undefined;
  readonly shared: SharedResources;
  readonly schedules: readonly ScheduleSettings[];
  /** The tenant's, for schedules that don't name one. */
  readonly timeZone: string;
  readonly stateMachine: StateMachine;
  readonly batchStateMachine: StateMachine;
}

/**
 * A tenant's schedules. EventBridge Scheduler delivers an occurrence at least once, and can't name the execution that
 * it starts: so it starts a small state machine, which starts the export under a name made of the schedule's and the
 * scheduled time. A second delivery finds the name in use.
 */
export class ExportSchedules extends Construct {
  /** Starts what a schedule asks for, once for each occurrence. */
  readonly startStateMachine: StateMachine;

  constructor(scope: Construct, id: string, props: ExportSchedulesProps) {
    super(scope, id);
    const { name, tenant, alerts, shared, schedules, timeZone, stateMachine, batchStateMachine } = props;
    this.startStateMachine = createStateMachine(this, 'Start', {
      name,
      comment: 'Starts what a schedule asks for, once for each occurrence.',
      definition: startWorkflow(this, {
        stateMachines: [stateMachine, batchStateMachine],
        undelivered: shared.undelivered,
        tenant,
        alerts,
      }),
      logs: shared.workflowLogs,
      timeout: Duration.hours(3),
    });
    for (const schedule of schedules) {
      new Schedule(this, schedule.name, {
        schedule: ScheduleExpression.expression(
          schedule.expression,
          TimeZone.of(schedule.timeZone ?? timeZone),
        ),
        description: `Exports timesheet reports of Lucca: ${schedule.name}`,
        enabled: schedule.enabled ?? true,
        timeWindow:
          schedule.flexibleWindow === undefined
            ? TimeWindow.off()
            : TimeWindow.flexible(schedule.flexibleWindow),
        target: new StepFunctionsStartExecution(this.startStateMachine, {
          ...delivery,
          deadLetterQueue: shared.undelivered,
          input: ScheduleTargetInput.fromObject({
            stateMachineArn: (schedule.batch === undefined ? stateMachine : batchStateMachine)
              .stateMachineArn,
            schedule: schedule.name,
            scheduledTime: ContextAttribute.scheduledTime,
            input: schedule.batch ?? schedule.export ?? {},
          }),
        }),
      });
    }
  }
}
