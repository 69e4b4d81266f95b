import { type IChainable, Map, ProvideItems } from 'aws-cdk-lib/aws-stepfunctions';
import type { Construct } from 'constructs';
import {
  objectKeyExpression,
  objectKeyPattern,
  objectLocationExpression,
} from '../../../lambdas/shared/object-keys.ts';
import { secondsBetween } from '../expressions.ts';
import { field } from '../jsonata.ts';
import { outOfReach, reportMissing, unexpectedAnswer } from '../retry-policies.ts';
import { aboutExecution } from '../steps/announce.ts';
import { invokeLucca } from '../steps/invoke.ts';
import { putJson } from '../steps/put-json.ts';
import type { ExportWorkflowProps } from './props.ts';
import { luccaCall, reportIsGone } from './variables.ts';

/**
 * The states that store the files of a report that is done, and then the manifest.
 * @param recreate what follows when the report is gone
 */
export function fileStates(
  scope: Construct,
  { resources, tenant }: ExportWorkflowProps,
  { recreate }: { recreate: IChainable },
) {
  const { bucket } = resources;
  const storeFile = invokeLucca(scope, 'Store File', resources, {
    function: 'storeFile',
    comment: 'Streams the file from Lucca into the bucket and measures it on the way.',
    payload: {
      ...luccaCall,
      deadline: '{% $storeDeadline %}',
      reportId: '{% $reportId %}',
      templateId: '{% $templateId %}',
      format: '{% $states.input.format %}',
      periodFolder: '{% $request.periodFolder %}',
      execution: '{% $states.context.Execution.Id %}',
    },
  });
  storeFile.addRetry(unexpectedAnswer).addRetry(outOfReach).addRetry(reportMissing);
  const storeFiles = Map.jsonata(scope, 'Store Files', {
    comment: 'One file after the other: Lucca allows few requests a minute.',
    maxConcurrency: 1,
    items: ProvideItems.jsonata('{% $request.formats %}'),
    itemSelector: { format: '{% $states.context.Map.Item.Value %}' },
    assign: { manifest: manifest(bucket.bucketName, tenant.name) },
  }).itemProcessor(storeFile);
  const writeManifest = putJson(scope, 'Write Manifest', {
    comment: 'The commit mark: written last, it names the versions of the files that are complete.',
    bucket,
    key: '{% $manifest.manifest.key %}',
    allowedKeys: objectKeyPattern('manifest', {
      folder: objectKeyPattern('folder', { tenant: tenant.name }),
    }),
    body: '{% $manifest %}',
    output: '{% $manifest %}',
  });

  storeFiles.addCatch(recreate, reportIsGone).next(writeManifest);
  return { storeFiles };
}

/** The manifest, which is also the output of the export. */
const manifest = (bucketName: string, tenant: string) => ({
  ...aboutExecution(tenant),
  templateId: '{% $templateId %}',
  reportId: '{% $reportId %}',
  startsOn: '{% $request.startsOn %}',
  endsOn: '{% $request.endsOn %}',
  scheduledTime: '{% $request.scheduledTime %}',
  exportedAt: '{% $exportedAt %}',
  simulated: '{% $request.simulated %}',
  seconds: {
    lease: field(secondsBetween('$states.context.Execution.StartTime', '$beganAt')),
    report: field(secondsBetween('$beganAt', '$doneAt')),
    files: field(secondsBetween('$doneAt', '$now()')),
  },
  files: '{% $states.result %}',
  manifest: objectLocationExpression(bucketName, objectKeyExpression('manifest', { folder: '$folder' })),
});
