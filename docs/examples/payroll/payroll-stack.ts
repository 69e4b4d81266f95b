import { fileURLToPath } from 'node:url';
import { CfnOutput, Duration, Stack } from 'aws-cdk-lib';
import { Runtime } from 'aws-cdk-lib/aws-lambda';
import { NodejsFunction, OutputFormat } from 'aws-cdk-lib/aws-lambda-nodejs';
import { DefinitionBody, QueryLanguage, StateMachine, TaskInput } from 'aws-cdk-lib/aws-stepfunctions';
import { LambdaInvoke } from 'aws-cdk-lib/aws-stepfunctions-tasks';
import type { Construct } from 'constructs';
import type { TenantExport } from '../../../lib/tenant-export.ts';

/** A workflow that exports last month's timesheets, and hands the file over once it is there. */
export class PayrollStack extends Stack {
  constructor(scope: Construct, id: string, { tenant }: { tenant: TenantExport }) {
    super(scope, id);
    const handOver = new NodejsFunction(this, 'HandOver', {
      entry: fileURLToPath(new URL('hand-over.ts', import.meta.url)),
      runtime: Runtime.NODEJS_24_X,
      timeout: Duration.minutes(1),
      environment: {
        REPORT_BUCKET_NAME: tenant.reports.bucketName,
        REPORT_PREFIX: tenant.reports.prefix,
      },
      bundling: { format: OutputFormat.ESM, mainFields: ['module', 'main'], bundleAwsSDK: true },
    });
    tenant.grantReadReports(handOver);

    const definition = tenant
      .exportStep(this, 'Export Timesheets', {
        input: { templateId: 42, period: 'previousMonth', formats: ['csv'] },
      })
      .next(
        LambdaInvoke.jsonata(this, 'Hand Over', {
          lambdaFunction: handOver,
          payload: TaskInput.fromObject({ manifestKey: '{% $states.input.manifest.key %}' }),
          payloadResponseOnly: true,
        }),
      );
    const payroll = new StateMachine(this, 'Payroll', {
      queryLanguage: QueryLanguage.JSONATA,
      definitionBody: DefinitionBody.fromChainable(definition),
    });
    new CfnOutput(this, 'PayrollStateMachineArn', { value: payroll.stateMachineArn });
  }
}
