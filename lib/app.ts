import { App, type AppProps, Validations } from 'aws-cdk-lib';
import { AwsSolutionsChecks } from 'cdk-nag';
import { LuccaReportExportStack, type LuccaReportExportStackProps } from './lucca-report-export-stack.ts';
import { acknowledgeFindings } from './security-findings.ts';

export const stackName = 'LuccaReportExport';

/** The CDK app. Its security is checked at every synth: an unacknowledged finding fails it. */
export function createApp(stackProps: LuccaReportExportStackProps, appProps?: AppProps): App {
  const app = new App(appProps);
  const stack = new LuccaReportExportStack(app, stackName, stackProps);
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
  acknowledgeFindings(stack);
  return app;
}
