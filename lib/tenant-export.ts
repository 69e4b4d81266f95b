import { Duration, Stack, Token } from 'aws-cdk-lib';
import type { Bucket } from 'aws-cdk-lib/aws-s3';
import type { ISecret } from 'aws-cdk-lib/aws-secretsmanager';
import type { IGrantable } from 'aws-cdk-lib/aws-iam';
import {
  IntegrationPattern,
  type StateMachine,
  TaskInput,
  type TaskStateJsonataBaseProps,
  Timeout,
} from 'aws-cdk-lib/aws-stepfunctions';
import { StepFunctionsStartExecution } from 'aws-cdk-lib/aws-stepfunctions-tasks';
import { Construct } from 'constructs';
import type { ExportInput } from '../lambdas/request/export-input.ts';
import { listed, printable } from '../lambdas/shared/printable.ts';
import { apiKeySecret, denyOtherReaders } from './api-key.ts';
import { ExportSchedules } from './export-schedules.ts';
import { TenantFunctions } from './functions.ts';
import { LeaseRelease } from './lease-release.ts';
import { tenantAlarms } from './monitoring/alarms.ts';
import { Alerts, alertTopic } from './monitoring/alerts.ts';
import { alarmProblems } from './settings/alarm-settings.ts';
import { tenantProblems, type TenantSettings } from './settings/tenant-settings.ts';
import { defaultTimeZone } from './settings/time-zone.ts';
import type { SharedResources } from './shared-resources.ts';
import { batchStateMachine, exportStateMachine } from './tenant-state-machines.ts';
import type { Payload } from './workflows/jsonata.ts';
import type { WorkflowResources } from './workflows/resources.ts';
import { runTimes } from './workflows/run-times.ts';

export interface TenantExportProps extends TenantSettings {
  /** The bucket and the leases. */
  readonly shared: SharedResources;

  /**
   * Takes `http://127.0.0.1:PORT` as a domain as well: for trying the workflow against a stand-in of Lucca.
   * @default false
   */
  readonly allowLoopbackDomain?: boolean;
}

export interface ExportStepProps extends TaskStateJsonataBaseProps {
  /**
   * What is exported; values may be JSONata expressions.
   * @default the tenant's default export
   */
  readonly input?: Partial<Payload<ExportInput>>;
}

/** One tenant of Lucca: its API key's secret, and the state machines that export its reports. */
export class TenantExport extends Construct {
  /** Holds the API key. Created with a placeholder, unless there is one; the key itself is put in by hand, once. */
  readonly apiKey: ISecret;
  /** Makes one export. */
  readonly stateMachine: StateMachine;
  /** Makes several exports, one after the other. */
  readonly batchStateMachine: StateMachine;
  /** Where this tenant's reports and manifests are: how their keys begin is `acme/`, say. */
  readonly reports: { readonly bucketName: string; readonly prefix: string };
  readonly #bucket: Bucket;
  readonly #longestRun: Duration;

  constructor(scope: Construct, id: string, props: TenantExportProps) {
    super(scope, id);
    checkProps(this, props);
    const { shared, name, domain, timeZone = defaultTimeZone, reportTimeout = Duration.hours(4) } = props;
    const prefix = `${baseName(shared)}-${name}`;
    this.apiKey = apiKeySecret(this, {
      secretName: `${baseName(shared)}/${name}/api-key`,
      tenant: name,
      apiKeySecretArn: props.apiKeySecretArn,
    });
    const tenant = { name, domain, timeZone, apiKeySecretArn: this.apiKey.secretArn };
    const functions = new TenantFunctions(this, 'Functions', {
      tenant,
      apiKey: this.apiKey,
      bucket: shared.bucket,
      logRetention: shared.logRetention,
    });
    denyOtherReaders(this, this.apiKey, functions.luccaCallers, props.secretReaders ?? []);
    const times = runTimes(reportTimeout.toSeconds());
    this.#bucket = shared.bucket;
    this.reports = { bucketName: shared.bucket.bucketName, prefix: `${name}/` };
    this.#longestRun = Duration.seconds(times.longestRun);
    const alerts = alertsOf(this, props);
    const resources: WorkflowResources = {
      bucket: shared.bucket,
      leaseTable: shared.leases.table,
      functions: functions.byName,
      alerts,
    };
    const { apiKey } = this;
    const common = { tenant, apiKey, defaultExport: props.defaultExport, resources, shared, times };
    this.stateMachine = exportStateMachine(this, { ...common, name: `${prefix}-Export` });
    this.batchStateMachine = batchStateMachine(
      this,
      { ...common, name: `${prefix}-Batch` },
      this.stateMachine,
    );
    const stateMachines = this.#others(props, { prefix, timeZone, alerts });
    if (alerts === undefined) return;
    tenantAlarms(new Construct(this, 'Alarms'), {
      alerts,
      prefix,
      stateMachines: { Export: this.stateMachine, Batch: this.batchStateMachine, ...stateMachines },
      functions: Object.values(functions.byName),
    });
  }

  /** The state machines that nobody starts by hand, by the words that their names end with. */
  #others(
    { shared, name, schedules = [] }: TenantExportProps,
    { prefix, timeZone, alerts }: { prefix: string; timeZone: string; alerts: Alerts | undefined },
  ): Record<string, StateMachine> {
    const { apiKey, stateMachine, batchStateMachine } = this;
    const { stateMachine: release } = new LeaseRelease(this, 'Leases', {
      name: `${prefix}-Release`,
      table: shared.leases.table,
      apiKey,
      stateMachine,
      workflowLogs: shared.workflowLogs,
      undelivered: shared.undelivered,
    });
    if (schedules.length === 0) return { Release: release };
    const { startStateMachine } = new ExportSchedules(this, 'Schedules', {
      name: `${prefix}-Start`,
      tenant: name,
      alerts,
      shared,
      schedules,
      timeZone,
      stateMachine,
      batchStateMachine,
    });
    return { Release: release, Start: startStateMachine };
  }

  /** Lets somebody start exports and batches of this tenant. */
  grantStartExecution(grantee: IGrantable): void {
    this.stateMachine.grantStartExecution(grantee);
    this.batchStateMachine.grantStartExecution(grantee);
  }

  /** Lets somebody read this tenant's reports and manifests. With `reportReaders`, their role has to be among those as well. */
  grantReadReports(grantee: IGrantable): void {
    this.#bucket.grantRead(grantee, `${this.reports.prefix}*`);
  }

  /**
   * A step of another workflow that makes one export and waits for its end. Its output is the export's, as the README
   * shows it. If the export fails, so does the step: with `States.TaskFailed`, whose cause is the JSON of the
   * execution's description, in which `Error` and `Cause` are the export's own.
   */
  exportStep(scope: Construct, id: string, props: ExportStepProps = {}): StepFunctionsStartExecution {
    const { input = {}, ...others } = props;
    return StepFunctionsStartExecution.jsonata(scope, id, {
      stateMachine: this.stateMachine,
      integrationPattern: IntegrationPattern.RUN_JOB,
      input: TaskInput.fromObject({
        ...input,
        AWS_STEP_FUNCTIONS_STARTED_BY_EXECUTION_ID: '{% $states.context.Execution.Id %}',
      }),
      outputs: '{% $states.result.Output %}',
      taskTimeout: Timeout.duration(this.#longestRun.plus(Duration.hours(1))),
      ...others,
    });
  }
}

/** @throws Error that lists all that is wrong */
function checkProps(scope: Construct, props: TenantExportProps): void {
  const problems = [
    ...tenantProblems(props, {
      allowLoopbackDomain: props.allowLoopbackDomain ?? false,
      isUnresolved: (value) => Token.isUnresolved(value),
    }),
    ...stackProblems(scope, props.shared),
    ...((props.alarms ?? props.shared.alerts) === undefined ? alarmProblems(undefined, ['alarms']) : []),
  ];
  if (problems.length === 0) return;
  throw new Error(printable(listed(`The tenant ${JSON.stringify(props.name)} is wrong:`, problems)));
}

/** How people are told: as this tenant says, or else as all do. */
function alertsOf(scope: Construct, { alarms, shared }: TenantExportProps): Alerts | undefined {
  if (alarms === 'none') return undefined;
  if (alarms !== undefined) {
    return new Alerts(scope, 'Alerts', { settings: alarms, topic: alertTopic(scope, 'AlertTopic') });
  }
  return shared.alerts === 'none' ? undefined : shared.alerts;
}

/** Whether the functions' roles can be told from others, where the bucket is kept from those. */
function stackProblems(scope: Construct, shared: SharedResources): string[] {
  const [own, common] = [Stack.of(scope).stackName, baseName(shared)];
  if (!shared.hasReportReaders || `${own}-`.startsWith(`${common}-`)) return [];
  return [`with reportReaders, expected a stack whose name begins with "${common}-", found "${own}"`];
}

/** With what the names of a deployment begin that are unique in an account and region. */
const baseName = (shared: SharedResources) => Stack.of(shared.bucket).stackName;
