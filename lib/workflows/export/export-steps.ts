import { Choice, Fail, Map, ProvideItems, Wait, WaitTime } from 'aws-cdk-lib/aws-stepfunctions';
import type { Construct } from 'constructs';
import type { ExportInput, Tenant } from '../../../lambdas/shared/contract.ts';
import { secondsOfPause } from '../expressions.ts';
import { type Lease, takeLease } from '../lease-steps.ts';
import type { ReportExporter } from '../../shared-resources.ts';
import { awsCallFailed, heldByAnother, unexpectedDownload } from '../retry-policies.ts';
import type { RunTimes } from '../run-times.ts';
import { invoke, invokeLucca, putJson, waitBefore } from '../workflow-steps.ts';

export interface ExportWorkflowProps {
  readonly exporter: ReportExporter;
  readonly tenant: Tenant;
  /** What an input doesn't say. */
  readonly defaultExport: ExportInput;
  readonly times: RunTimes;
}

export interface ReportWorkflowProps extends ExportWorkflowProps {
  readonly lease: Lease;
}

/** The steps of an export, one by one; `report-workflow.ts` says how they follow each other. */

/** Seconds between two checks of a report, as Lucca's guide recommends. */
const pollSeconds = 10;

/** Of the output, the manifest and the events: it changes when something that they promise does. */
export const outputVersion = 1;

/** What every function that calls Lucca is given. */
const luccaCall = {
  tenant: '{% $tenant %}',
  now: '{% $states.context.State.EnteredTime %}',
  deadline: '{% $reportDeadline %}',
};

export const resolveRequestStep = (
  scope: Construct,
  { exporter, tenant, defaultExport }: ExportWorkflowProps,
) =>
  invoke(scope, 'Resolve Request', exporter.resolveRequest, {
    comment: 'Validates the input and makes its dates absolute. Bad input ends the export here.',
    payload: {
      tenant,
      request: '{% $states.input %}',
      defaultExport,
      executionStartTime: '{% $states.context.Execution.StartTime %}',
    },
    assign: { tenant, request: '{% $states.result %}' },
  });

export function templateSteps(scope: Construct, exporter: ReportExporter, tenant: Tenant) {
  return {
    ensureTemplate: invokeLucca(scope, 'Ensure Template', exporter.ensureTemplate, {
      comment: 'Finds the report template that an earlier run created from the same payload, or creates it.',
      payload: { ...luccaCall, template: '{% $request.template %}', lostTemplateId: '{% $lostTemplateId %}' },
      assign: { templateId: '{% $states.result.templateId %}' },
    }),
    templateIsNew: Choice.jsonata(scope, 'Template Is New?'),
    rememberTemplate: putJson(scope, 'Remember Template', {
      comment: 'Keeps the id of the new report template for later runs.',
      bucket: exporter.bucket,
      key: '{% $states.input.recordKey %}',
      allowedKeys: `${tenant.name}/templates/*`,
      body: { templateId: '{% $templateId %}' },
      output: '{% $states.input %}',
    }),
    templateLost: Choice.jsonata(scope, 'Template Lost?', {
      comment: 'Created from a payload, and since deleted in Lucca: it is created again, once.',
    }),
  };
}

export function reportSteps(scope: Construct, { exporter, lease, times }: ReportWorkflowProps) {
  const renewLease = takeLease(scope, 'Renew Lease', lease, {
    comment:
      'No report is created without the lease, not even by an execution that was stopped and redriven.',
    expiry: times.leaseExpiry,
  });
  renewLease.addRetry(heldByAnother).addRetry(awsCallFailed);
  const waitBeforeCreateReport = waitBefore(scope, 'Create Report');
  waitBeforeCreateReport.next(renewLease);
  const createReport = invokeLucca(scope, 'Create Report', exporter.createReport, {
    waitAfter429: waitBeforeCreateReport,
    comment: 'Starts the generation. Lucca deletes the previous report of the same API key.',
    payload: {
      ...luccaCall,
      templateId: '{% $templateId %}',
      startsOn: '{% $request.startsOn %}',
      endsOn: '{% $request.endsOn %}',
    },
    assign: {
      reportId: '{% $states.result.reportId %}',
      folder: "{% $tenant.name & '/template=' & $templateId & '/' & $request.periodFolder %}",
    },
  });
  const waitForReport = Wait.jsonata(scope, 'Wait For Report', {
    comment: `${pollSeconds} s, or as long as Lucca asked for.`,
    time: WaitTime.seconds(
      `{% $exists($states.input.waitSeconds) ? $states.input.waitSeconds : ${pollSeconds} %}`,
    ),
  });
  const checkReport = invokeLucca(scope, 'Check Report', exporter.checkReport, {
    comment: 'Asks Lucca once how far the report is.',
    payload: { ...luccaCall, reportId: '{% $reportId %}' },
    waitAfter429: waitForReport,
  });
  const reportStatus = Choice.jsonata(scope, 'Report Status?', {
    comment: 'Without a default: any other status fails the export.',
  });
  const recreate = Choice.jsonata(scope, 'Recreate?', {
    comment: 'A report that failed is created again once, one that vanished a few times.',
  });
  const pauseBeforeRecreation = Wait.jsonata(scope, 'Pause Before Recreation', {
    comment: 'Lets whoever replaced the report fetch theirs.',
    time: WaitTime.seconds(`{% ${secondsOfPause('$count($vanishedReportIds)')} %}`),
  });
  const reportFailed = Fail.jsonata(scope, 'Report Failed', {
    error: '{% $problem.error %}',
    cause: '{% $problem.cause %}',
  });
  return {
    renewLease,
    createReport,
    waitForReport,
    checkReport,
    reportStatus,
    recreate,
    pauseBeforeRecreation,
    reportFailed,
  };
}

export function fileSteps(scope: Construct, exporter: ReportExporter, tenant: Tenant) {
  const storeFile = invokeLucca(scope, 'Store File', exporter.storeFile, {
    comment: 'Streams the file from Lucca into the bucket and measures it on the way.',
    payload: {
      ...luccaCall,
      deadline: '{% $storeDeadline %}',
      reportId: '{% $reportId %}',
      templateId: '{% $templateId %}',
      format: '{% $states.input.format %}',
      folder: '{% $folder %}',
      execution: '{% $states.context.Execution.Id %}',
    },
  });
  storeFile.addRetry(unexpectedDownload);
  const { bucketName } = exporter.bucket;
  const manifest = {
    version: outputVersion,
    execution: '{% $states.context.Execution.Id %}',
    tenant: '{% $tenant.name %}',
    templateId: '{% $templateId %}',
    reportId: '{% $reportId %}',
    startsOn: '{% $request.startsOn %}',
    endsOn: '{% $request.endsOn %}',
    files: '{% $states.result %}',
    manifest: {
      bucket: bucketName,
      key: "{% $folder & '/manifest.json' %}",
      uri: `{% 's3://${bucketName}/' & $folder & '/manifest.json' %}`,
    },
  };
  return {
    storeFiles: Map.jsonata(scope, 'Store Files', {
      comment: 'One file after the other: Lucca allows few requests a minute.',
      maxConcurrency: 1,
      items: ProvideItems.jsonata('{% $request.formats %}'),
      itemSelector: { format: '{% $states.context.Map.Item.Value %}' },
      assign: { manifest },
    }).itemProcessor(storeFile),
    writeManifest: putJson(scope, 'Write Manifest', {
      comment: 'The commit mark: written last, it names the versions of the files that are complete.',
      bucket: exporter.bucket,
      key: '{% $manifest.manifest.key %}',
      allowedKeys: `${tenant.name}/template=*/manifest.json`,
      body: '{% $manifest %}',
      output: '{% $manifest %}',
    }),
  };
}
