import { Duration } from 'aws-cdk-lib';
import { Choice, Condition, Fail, type IChainable, Parallel, Succeed } from 'aws-cdk-lib/aws-stepfunctions';
import type { Construct } from 'constructs';
import type { Tenant } from '../lambdas/shared/contract.ts';
import type { ErrorName } from '../lambdas/shared/errors.ts';
import { fileSteps, reportSteps, resolveRequestStep, templateSteps } from './export-steps.ts';
import { afterNow, generationFailed, readableCause } from './expressions.ts';
import type { ReportExporter } from './report-exporter.ts';

export interface ExportWorkflowProps {
  readonly exporter: ReportExporter;
  readonly tenant: Tenant;
  /** How long Lucca may take, from the start of the export until the report is done. */
  readonly reportTimeout: Duration;
}

/** How long a 429 may still delay the downloads of a report that was done in time. */
const timeToStore = Duration.hours(1);

/** How often a report that failed or vanished is created again: once, as Lucca's guide recommends. */
const mostRecreations = 1;

const errors = (...names: ErrorName[]) => names;
const when = (expression: string) => Condition.jsonata(`{% ${expression} %}`);

/** The states of an export. What several states need is in variables: `$tenant`, `$request`, and the branch's own. */
export function exportWorkflow(scope: Construct, props: ExportWorkflowProps): IChainable {
  const { exporter, tenant } = props;
  const exportFailed = Fail.jsonata(scope, 'Export Failed', {
    comment: 'Shows the name and the cause of the error that ended the export.',
    error: '{% $states.input.Error %}',
    cause: `{% ${readableCause('$states.input')} %}`,
  });
  const exportReport = Parallel.jsonata(scope, 'Export Report', {
    comment: 'One branch only: it is here so that one Catch sees whatever fails inside.',
    outputs: '{% $states.result[0] %}',
  });

  return resolveRequestStep(scope, exporter, tenant)
    .addCatch(exportFailed)
    .next(exportReport.branch(reportBranch(scope, props)).addCatch(exportFailed))
    .next(Succeed.jsonata(scope, 'Report Exported'));
}

function reportBranch(
  scope: Construct,
  { exporter, tenant, reportTimeout }: ExportWorkflowProps,
): IChainable {
  const { ensureTemplate, templateIsNew, rememberTemplate, templateLost } = templateSteps(
    scope,
    exporter,
    tenant,
  );
  const { createReport, waitForReport, checkReport, reportStatus, recreate, reportFailed } = reportSteps(
    scope,
    exporter,
  );
  const { storeFiles, writeManifest } = fileSteps(scope, exporter, tenant);

  const start = {
    reportDeadline: `{% ${afterNow(reportTimeout)} %}`,
    storeDeadline: `{% ${afterNow(reportTimeout.plus(timeToStore))} %}`,
    templateId: '{% $request.templateId %}',
    lostTemplateId: null,
    failedReportIds: [],
    recreations: 0,
  };
  const caught = {
    problem: {
      error: '{% $states.errorOutput.Error %}',
      cause: `{% ${readableCause('$states.errorOutput')} %}`,
    },
  };

  const templateGiven = Choice.jsonata(scope, 'Template Given?', {
    comment: 'As a payload, rather than by its id. The clock of the deadline starts here.',
    assign: start,
  });
  templateGiven
    // A rule that is taken assigns its own variables, not those of the state.
    .when(when('$request.template != null'), ensureTemplate, { assign: start })
    .otherwise(createReport);
  ensureTemplate.next(templateIsNew);
  templateIsNew.when(when('$not($states.input.remembered)'), rememberTemplate).otherwise(createReport);
  rememberTemplate.next(createReport);

  createReport
    .addCatch(templateLost, { errors: errors('TemplateNotFoundError'), assign: caught })
    .next(waitForReport)
    .next(checkReport)
    .next(reportStatus);
  checkReport
    .addCatch(recreate, { errors: errors('ReportNotFoundError'), assign: caught })
    // The generation goes on while Lucca can't be asked: only the deadline ends the polling.
    .addCatch(waitForReport, { errors: errors('LuccaUnavailableError') });
  templateLost
    .when(when('$request.template != null and $lostTemplateId = null'), ensureTemplate, {
      assign: { lostTemplateId: '{% $templateId %}' },
    })
    .otherwise(reportFailed);
  reportStatus
    .when(when("$states.input.status = 'done'"), storeFiles)
    .when(when("$states.input.status = 'pending'"), waitForReport)
    .when(when("$states.input.status = 'error'"), recreate, {
      assign: {
        failedReportIds: '{% [$failedReportIds, $reportId] %}',
        problem: {
          error: 'ReportGenerationFailedError' satisfies ErrorName,
          cause: `{% ${generationFailed} %}`,
        },
      },
    });
  recreate
    .when(when(`$recreations < ${mostRecreations}`), createReport, {
      assign: { recreations: '{% $recreations + 1 %}' },
    })
    .otherwise(reportFailed);

  storeFiles
    .addCatch(recreate, { errors: errors('ReportNotFoundError'), assign: caught })
    .next(writeManifest);
  return templateGiven;
}
