import { Condition, type IChainable } from 'aws-cdk-lib/aws-stepfunctions';
import type { Construct } from 'constructs';
import type { ErrorName } from '../../../lambdas/shared/errors.ts';
import { fileStates } from './files.ts';
import type { UnderLeaseProps } from './props.ts';
import { reportStates } from './report.ts';
import { templateStates } from './template.ts';
import { caughtProblem } from './variables.ts';

/**
 * What goes on under the lease: there is a report template, a report is made from it, its files are stored. The
 * variables are this branch's own.
 */
export function underLease(scope: Construct, props: UnderLeaseProps): IChainable {
  const { renewLease, createReport, reportStatus, recreate, reportFailed } = reportStates(scope, props);
  const { templateGiven, templateLost } = templateStates(scope, props, {
    next: renewLease,
    failed: reportFailed,
  });
  const { storeFiles } = fileStates(scope, props, { recreate });

  createReport.addCatch(templateLost, {
    errors: ['TemplateNotFoundError' satisfies ErrorName],
    assign: caughtProblem,
  });
  reportStatus.when(Condition.jsonata("{% $states.input.status = 'done' %}"), storeFiles, {
    assign: { doneAt: '{% $states.context.State.EnteredTime %}' },
  });
  return templateGiven;
}
