import { Choice, Condition, type IChainable } from 'aws-cdk-lib/aws-stepfunctions';
import type { Construct } from 'constructs';
import type { ErrorName } from '../../../lambdas/shared/errors.ts';
import { fileSteps, type ReportWorkflowProps, reportSteps, templateSteps } from './export-steps.ts';
import { afterNow, generationFailed, leaseLost, readableCause, reportVanished } from '../expressions.ts';
import { heldByAnother } from '../retry-policies.ts';

/** How often a report that Lucca could not generate is created again: once, as Lucca's guide recommends. */
const mostRegenerations = 1;

/** How often a report that vanished is created again: somebody else generates reports with the same API key. */
const mostReplacements = 3;

const when = (expression: string) => Condition.jsonata(`{% ${expression} %}`);

/** A problem that may end the export, for `Report Failed` to show. */
const problem = (error: ErrorName | '{% $states.errorOutput.Error %}', cause: string) => ({
  problem: { error, cause: `{% ${cause} %}` },
});
const caught = problem('{% $states.errorOutput.Error %}', readableCause('$states.errorOutput'));

const vanished = {
  errors: ['ReportNotFoundError' satisfies ErrorName],
  assign: {
    ...problem('ReportNotFoundError', reportVanished),
    vanishedReportIds: '{% [$vanishedReportIds, $reportId] %}',
  },
};

/** What goes on under the lease, from the report template to the manifest. Its variables are this branch's own. */
export function reportWorkflow(scope: Construct, props: ReportWorkflowProps): IChainable {
  const { exporter, tenant, times } = props;
  const { ensureTemplate, templateIsNew, rememberTemplate, templateLost } = templateSteps(
    scope,
    exporter,
    tenant,
  );
  const { renewLease, createReport, waitForReport, checkReport, reportStatus, ...afterwards } = reportSteps(
    scope,
    props,
  );
  const { recreate, pauseBeforeRecreation, reportFailed } = afterwards;
  const { storeFiles, writeManifest } = fileSteps(scope, exporter, tenant);

  const start = {
    reportDeadline: `{% ${afterNow(times.report)} %}`,
    storeDeadline: `{% ${afterNow(times.store)} %}`,
    templateId: '{% $request.templateId %}',
    lostTemplateId: null,
    failedReportIds: [],
    vanishedReportIds: [],
  };
  const templateGiven = Choice.jsonata(scope, 'Template Given?', {
    comment: 'As a payload, rather than by its id. The clock of the deadlines starts here.',
    assign: start,
  })
    // A rule that is taken assigns its own variables, not those of the state.
    .when(when('$request.template != null'), ensureTemplate, { assign: start })
    .otherwise(renewLease);
  ensureTemplate.next(templateIsNew);
  templateIsNew.when(when('$not($states.input.remembered)'), rememberTemplate).otherwise(renewLease);
  rememberTemplate.next(renewLease);

  renewLease
    .addCatch(reportFailed, {
      errors: heldByAnother.errors,
      assign: problem('LeaseUnavailableError', leaseLost),
    })
    .next(createReport);
  createReport
    .addCatch(templateLost, { errors: ['TemplateNotFoundError' satisfies ErrorName], assign: caught })
    .next(waitForReport)
    .next(checkReport)
    .next(reportStatus);
  checkReport
    .addCatch(recreate, vanished)
    // The generation goes on while Lucca can't be asked: only the deadline ends the polling.
    .addCatch(waitForReport, { errors: ['LuccaUnavailableError' satisfies ErrorName] });
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
        ...problem('ReportGenerationFailedError', generationFailed),
        failedReportIds: '{% [$failedReportIds, $reportId] %}',
      },
    });

  recreate
    .when(
      when(`$problem.error = 'ReportNotFoundError' and $count($vanishedReportIds) <= ${mostReplacements}`),
      pauseBeforeRecreation,
    )
    .when(
      when(
        `$problem.error = 'ReportGenerationFailedError' and $count($failedReportIds) <= ${mostRegenerations}`,
      ),
      renewLease,
    )
    .otherwise(reportFailed);
  pauseBeforeRecreation.next(renewLease);

  storeFiles.addCatch(recreate, vanished).next(writeManifest);
  return templateGiven;
}
