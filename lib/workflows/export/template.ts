import { Choice, Condition, type IChainable } from 'aws-cdk-lib/aws-stepfunctions';
import type { Construct } from 'constructs';
import { objectKeyPattern } from '../../../lambdas/shared/object-keys.ts';
import { unexpectedAnswer, unreachable } from '../retry-policies.ts';
import { invokeLucca } from '../steps/invoke.ts';
import { putJson } from '../steps/put-json.ts';
import type { ExportWorkflowProps } from './props.ts';
import { initialVariables, luccaCall } from './variables.ts';

/**
 * The states that see to it that there is a report template.
 * @param follow.next when its id is known
 * @param follow.failed when a template is lost that can't be created again
 */
export function templateStates(
  scope: Construct,
  { resources, tenant, times }: ExportWorkflowProps,
  { next, failed }: { next: IChainable; failed: IChainable },
) {
  const variables = initialVariables(times);
  const templateGiven = Choice.jsonata(scope, 'Template Given?', {
    comment: 'As a payload, rather than by its id. The clock of the deadlines starts here.',
    assign: variables,
  });
  const ensureTemplate = invokeLucca(scope, 'Ensure Template', resources, {
    function: 'ensureTemplate',
    comment: 'Finds the report template that an earlier run created from the same payload, or creates it.',
    payload: { ...luccaCall, template: '{% $request.template %}', lostTemplateId: '{% $lostTemplateId %}' },
    assign: { templateId: '{% $states.result.templateId %}' },
  });
  const templateIsNew = Choice.jsonata(scope, 'Template Is New?');
  const rememberTemplate = putJson(scope, 'Remember Template', {
    comment: 'Keeps the id of the new report template for later runs.',
    bucket: resources.bucket,
    key: '{% $states.input.recordKey %}',
    allowedKeys: objectKeyPattern('templateRecord', { tenant: tenant.name }),
    body: { templateId: '{% $templateId %}' },
    output: '{% $states.input %}',
  });
  const templateLost = Choice.jsonata(scope, 'Template Lost?', {
    comment: 'Created from a payload, and since deleted in Lucca: it is created again, once.',
  });

  templateGiven
    // A rule that is taken assigns its own variables, not those of the state.
    .when(Condition.jsonata('{% $request.template != null %}'), ensureTemplate, { assign: variables })
    .otherwise(next);
  ensureTemplate.addRetry(unexpectedAnswer).addRetry(unreachable).next(templateIsNew);
  templateIsNew
    .when(Condition.jsonata('{% $not($states.input.remembered) %}'), rememberTemplate)
    .otherwise(next);
  rememberTemplate.next(next);
  templateLost
    .when(Condition.jsonata('{% $request.template != null and $lostTemplateId = null %}'), ensureTemplate, {
      assign: { lostTemplateId: '{% $templateId %}' },
    })
    .otherwise(failed);
  return { templateGiven, templateLost };
}
