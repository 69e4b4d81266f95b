import { Duration, RemovalPolicy, Stack, Token } from 'aws-cdk-lib';
import type { Function as Lambda } from 'aws-cdk-lib/aws-lambda';
import type { Bucket } from 'aws-cdk-lib/aws-s3';
import { type ISecret, ResourcePolicy, Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { AnyPrincipal, Effect, type IGrantable, PolicyStatement } from 'aws-cdk-lib/aws-iam';
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
import { batchWorkflow } from './workflows/batch/workflow.ts';
import { TenantFunctions } from './functions.ts';
import { ExportSchedules } from './export-schedules.ts';
import { exportWorkflow } from './workflows/export/workflow.ts';
import { LeaseRelease } from './lease-release.ts';
import { denyOtherLeases } from './lease-table.ts';
import { tenantAlarms } from './monitoring/alarms.ts';
import { Alerts } from './monitoring/alerts.ts';
import { alarmProblems, type AlarmSettings } from './settings/alarm-settings.ts';
import { denyOtherEvents } from './workflows/steps/announce.ts';
import type { SharedResources } from './shared-resources.ts';
import type { WorkflowResources } from './workflows/resources.ts';
import { literal, type Payload } from './workflows/jsonata.ts';
import { runTimes } from './workflows/run-times.ts';
import { createStateMachine } from './workflows/state-machine.ts';
import { tenantProblems, type TenantSettings } from './settings/tenant-settings.ts';
import { defaultTimeZone } from './settings/time-zone.ts';

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
    const problems = tenantProblems(props, {
      allowLoopbackDomain: props.allowLoopbackDomain ?? false,
      isUnresolved: (value) => Token.isUnresolved(value),
    });
    problems.push(...stackProblems(this, props.shared));
    const alarms = props.alarms ?? props.shared.alerts;
    if (alarms === undefined) problems.push(...alarmProblems(undefined, ['alarms']));
    if (problems.length > 0)
      throw new Error(printable(listed(`The tenant ${JSON.stringify(props.name)} is wrong:`, problems)));

    const { shared, name, domain, timeZone = defaultTimeZone, reportTimeout = Duration.hours(4) } = props;
    const { defaultExport = {}, schedules = [] } = props;
    this.apiKey = apiKeySecret(this, props);
    const physicalName = (kind: string) => `${baseName(shared)}-${name}-${kind}`;
    const tenant = { name, domain, timeZone, apiKeySecretArn: this.apiKey.secretArn };
    const alerts = alertsOf(this, alarms);
    const functions = new TenantFunctions(this, 'Functions', {
      tenant,
      apiKey: this.apiKey,
      bucket: shared.bucket,
      logRetention: shared.logRetention,
    });
    const resources: WorkflowResources = {
      bucket: shared.bucket,
      leaseTable: shared.leases.table,
      functions: functions.byName,
      alerts,
    };
    denyOtherReaders(this, this.apiKey, functions.luccaCallers, props.secretReaders ?? []);
    const times = runTimes(reportTimeout.toSeconds());
    this.#bucket = shared.bucket;
    this.reports = { bucketName: shared.bucket.bucketName, prefix: `${name}/` };
    this.#longestRun = Duration.seconds(times.longestRun);
    this.stateMachine = createStateMachine(this, 'Workflow', {
      name: physicalName('Export'),
      comment:
        `Exports a timesheet report of ${domain} to S3. Start it with an input such as ` +
        '{"templateId": 42, "period": "previousMonth", "formats": ["csv", "excel"]}' +
        (props.defaultExport === undefined
          ? '.'
          : `, or with {}: what an input doesn't say is taken from ${JSON.stringify(literal(defaultExport)).slice(0, 200)}.`),
      definition: exportWorkflow(this, {
        resources,
        tenant,
        defaultExport,
        times,
        stateMachineName: physicalName('Export'),
      }),
      logs: shared.workflowLogs,
      timeout: this.#longestRun,
    });
    denyOtherLeases(this.stateMachine, resources.leaseTable, this.apiKey);
    denyOtherEvents(this.stateMachine);
    const { stateMachine: release } = new LeaseRelease(this, 'Leases', {
      name: physicalName('Release'),
      table: resources.leaseTable,
      apiKey: this.apiKey,
      stateMachine: this.stateMachine,
      workflowLogs: shared.workflowLogs,
      undelivered: shared.undelivered,
    });
    this.batchStateMachine = createStateMachine(this, 'Batch', {
      name: physicalName('Batch'),
      comment:
        `Exports several timesheet reports of ${domain} to S3, one after the other. Start it with an input such as ` +
        '{"backfill": {"from": "2026-01", "to": "2026-06", "every": "month", "templateId": 42}, "dryRun": true}.',
      definition: batchWorkflow(this, {
        resources,
        tenant,
        defaultExport,
        exportStateMachine: this.stateMachine,
        longestExport: times.longestRun,
      }),
      logs: shared.workflowLogs,
    });
    denyOtherEvents(this.batchStateMachine);
    const { stateMachine, batchStateMachine } = this;
    const stateMachines: Record<string, StateMachine> = {
      Export: stateMachine,
      Batch: batchStateMachine,
      Release: release,
    };
    if (schedules.length > 0) {
      const { startStateMachine } = new ExportSchedules(this, 'Schedules', {
        name: physicalName('Start'),
        tenant: name,
        alerts,
        shared,
        schedules,
        timeZone,
        stateMachine,
        batchStateMachine,
      });
      stateMachines['Start'] = startStateMachine;
    }
    if (alerts !== undefined) {
      tenantAlarms(new Construct(this, 'Alarms'), {
        alerts,
        prefix: `${baseName(shared)}-${name}`,
        stateMachines,
        functions: Object.values(functions.byName),
      });
    }
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

function alertsOf(scope: Construct, alarms: AlarmSettings | Alerts | undefined): Alerts | undefined {
  if (alarms === undefined || alarms === 'none') return undefined;
  return alarms instanceof Alerts ? alarms : new Alerts(scope, 'Alerts', alarms);
}

/** Whether the functions' roles can be told from others, where the bucket is kept from those. */
function stackProblems(scope: Construct, shared: SharedResources): string[] {
  const [own, common] = [Stack.of(scope).stackName, baseName(shared)];
  if (!shared.hasReportReaders || `${own}-`.startsWith(`${common}-`)) return [];
  return [`with reportReaders, expected a stack whose name begins with "${common}-", found "${own}"`];
}

/**
 * Keeps the API key from everybody in the account who may read secrets, but the functions that call Lucca and those
 * whom the configuration names. Putting a key in takes no right to read it.
 */
function denyOtherReaders(
  scope: Construct,
  apiKey: ISecret,
  luccaCallers: readonly Lambda[],
  readers: readonly string[],
): void {
  const roles = luccaCallers.map(({ role }) => role!.roleArn);
  const policy = new ResourcePolicy(scope, 'ApiKeyPolicy', { secret: apiKey });
  policy.document.addStatements(
    new PolicyStatement({
      effect: Effect.DENY,
      actions: ['secretsmanager:GetSecretValue'],
      principals: [new AnyPrincipal()],
      resources: ['*'],
      conditions: { StringNotEquals: { 'aws:PrincipalArn': [...roles, ...readers] } },
    }),
  );
  // Kept as long as what it keeps others from.
  policy.applyRemovalPolicy(RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE);
}

/** With what the names of a deployment begin that are unique in an account and region. */
const baseName = (shared: SharedResources) => Stack.of(shared.bucket).stackName;

/**
 * The secret that there is, or a new one with a generated placeholder. CloudFormation generates it once, when it creates the
 * secret, and again only if the parameters of the generation change: so these must never change, or a deploy would
 * overwrite keys.
 */
function apiKeySecret(scope: Construct, { shared, name, apiKeySecretArn }: TenantExportProps): ISecret {
  if (apiKeySecretArn !== undefined) return Secret.fromSecretCompleteArn(scope, 'ApiKey', apiKeySecretArn);
  return new Secret(scope, 'ApiKey', {
    secretName: `${baseName(shared)}/${name}/api-key`,
    description: `API key of the Lucca tenant ${name}, put in by hand`,
    generateSecretString: {
      secretStringTemplate: '{"placeholder":"replace all of this with the API key"}',
      generateStringKey: 'unused',
    },
    removalPolicy: RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
  }) as ISecret;
}
