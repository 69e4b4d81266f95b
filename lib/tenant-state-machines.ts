import { Duration } from 'aws-cdk-lib';
import type { ISecret } from 'aws-cdk-lib/aws-secretsmanager';
import type { StateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import type { Construct } from 'constructs';
import type { ExportInput } from '../lambdas/request/export-input.ts';
import type { Tenant } from '../lambdas/shared/contract.ts';
import { denyOtherLeases } from './lease-table.ts';
import type { SharedResources } from './shared-resources.ts';
import { batchWorkflow } from './workflows/batch/workflow.ts';
import { exportWorkflow } from './workflows/export/workflow.ts';
import { literal } from './workflows/jsonata.ts';
import type { WorkflowResources } from './workflows/resources.ts';
import type { RunTimes } from './workflows/run-times.ts';
import { createStateMachine } from './workflows/state-machine.ts';
import { denyOtherEvents } from './workflows/steps/announce.ts';

export interface TenantStateMachineProps {
  /** Of the state machine. */
  readonly name: string;
  readonly tenant: Tenant;
  readonly apiKey: ISecret;
  /** What an input doesn't say, if there is anything. */
  readonly defaultExport: ExportInput | undefined;
  readonly resources: WorkflowResources;
  readonly shared: SharedResources;
  readonly times: RunTimes;
}

/** The state machine that makes one export. */
export function exportStateMachine(scope: Construct, props: TenantStateMachineProps): StateMachine {
  const { name, tenant, apiKey, defaultExport, resources, shared, times } = props;
  const stateMachine = createStateMachine(scope, 'Workflow', {
    name,
    comment:
      `Exports a timesheet report of ${tenant.domain} to S3. Start it with an input such as ` +
      '{"templateId": 42, "period": "previousMonth", "formats": ["csv", "excel"]}' +
      (defaultExport === undefined
        ? '.'
        : `, or with {}: what an input doesn't say is taken from ${JSON.stringify(literal(defaultExport)).slice(0, 200)}.`),
    definition: exportWorkflow(scope, {
      resources,
      tenant,
      defaultExport: defaultExport ?? {},
      times,
      stateMachineName: name,
    }),
    logs: shared.workflowLogs,
    timeout: Duration.seconds(times.longestRun),
  });
  denyOtherLeases(stateMachine, resources.leaseTable, apiKey);
  denyOtherEvents(stateMachine);
  return stateMachine;
}

/** The state machine that makes several exports, one after the other. */
export function batchStateMachine(
  scope: Construct,
  props: TenantStateMachineProps,
  exports: StateMachine,
): StateMachine {
  const { name, tenant, defaultExport = {}, resources, shared, times } = props;
  const stateMachine = createStateMachine(scope, 'Batch', {
    name,
    comment:
      `Exports several timesheet reports of ${tenant.domain} to S3, one after the other. Start it with an input such as ` +
      '{"backfill": {"from": "2026-01", "to": "2026-06", "every": "month", "templateId": 42}, "dryRun": true}.',
    definition: batchWorkflow(scope, {
      resources,
      tenant,
      defaultExport,
      exportStateMachine: exports,
      longestExport: times.longestRun,
    }),
    logs: shared.workflowLogs,
  });
  denyOtherEvents(stateMachine);
  return stateMachine;
}
