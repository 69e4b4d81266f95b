import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Assembly, LambdaFunction, RuleResource, RuleTarget, StateMachineResource } from './assembly.ts';
import {
  joinStacks,
  qualifyTemplate,
  reportBucketName,
  resolve,
  type Stacks,
  type StackTemplate,
  UnknownPartError,
} from './cloud-formation.ts';

type Properties = Record<string, unknown>;
type AssetFiles = Record<string, { source: { path: string } }>;

/**
 * Reads what the engine runs from a cloud assembly. Whatever else is in the app's stacks (a topic, an alarm, a function
 * that isn't bundled) doesn't concern it.
 */
export async function readAssembly(directory: string): Promise<Assembly> {
  const templates = await readTemplates(directory);
  const manifests = await readAll(directory, '.assets.json');
  const assets = Object.assign(
    {},
    ...manifests.map(({ content }) => (content as { files: AssetFiles }).files),
  ) as AssetFiles;
  const stacks = joinStacks(templates);

  const ofType = (type: string) =>
    Object.entries(stacks.resources)
      .filter(([, { Type }]) => Type === type)
      .map(([id, { Properties = {} }]) => [id, Properties] as const);
  const stateMachines = ofType('AWS::StepFunctions::StateMachine').map(([id, properties]) =>
    readStateMachine(id, properties, stacks),
  );
  const definitions = JSON.stringify(stateMachines);
  const isTarget = (arn: unknown) => stateMachines.some((machine) => machine.arn === arn);

  const functions = ofType('AWS::Lambda::Function').flatMap(([id, properties]) =>
    readFunction(id, properties, { directory, assets, stacks }),
  );
  return {
    bucketName: reportBucketName,
    functions,
    stateMachines,
    tables: ofType('AWS::DynamoDB::Table')
      .map(([name, properties]) => ({ name, properties }))
      .filter(({ name }) => definitions.includes(JSON.stringify(name))),
    rules: ofType('AWS::Events::Rule').flatMap(([, properties]) => {
      const rule = tryResolve(properties, stacks) as Partial<RuleResource> | undefined;
      const targets = (rule?.Targets ?? []).filter(({ Arn }: RuleTarget) => isTarget(Arn));
      if (rule?.EventPattern === undefined || targets.length === 0) return [];
      return [{ EventPattern: rule.EventPattern, Targets: targets }];
    }),
    schedules: ofType('AWS::Scheduler::Schedule').flatMap(([, { Target }]) => {
      const { Arn, Input = '{}' } = Target as { Arn: unknown; Input?: unknown };
      const [targetArn, input] = [tryResolve(Arn, stacks), tryResolve(Input, stacks)];
      return isTarget(targetArn) && typeof input === 'string'
        ? [{ targetArn: targetArn as string, input }]
        : [];
    }),
    secrets: [...new Set(functions.flatMap(({ environment }) => environment['API_KEY_SECRET_ARN'] ?? []))],
    outputs: Object.fromEntries(templates.map((template) => [template.stack, outputsOf(template, stacks)])),
  };
}

/** The templates of all stacks. */
export const readTemplates = async (directory: string): Promise<StackTemplate[]> =>
  (await readAll(directory, '.template.json')).map(({ name, content }) =>
    qualifyTemplate(name, content as Partial<StackTemplate>),
  );

/** The files of a kind, each with the name in front of its ending. */
async function readAll(directory: string, ending: string): Promise<{ name: string; content: unknown }[]> {
  const files = (await readdir(directory)).filter((file) => file.endsWith(ending));
  return Promise.all(
    files.map(async (file) => ({
      name: file.slice(0, -ending.length),
      content: JSON.parse(await readFile(join(directory, file), 'utf8')) as unknown,
    })),
  );
}

/** The value, or undefined where the engine doesn't know a part of it. */
function tryResolve(value: unknown, stacks: Stacks): unknown {
  try {
    return resolve(value, stacks);
  } catch (error) {
    if (error instanceof UnknownPartError) return undefined;
    throw error;
  }
}

function readStateMachine(
  id: string,
  { DefinitionString }: Properties,
  stacks: Stacks,
): StateMachineResource {
  const arn = resolve({ Ref: id }, stacks) as string;
  try {
    return { arn, definition: JSON.parse(resolve(DefinitionString, stacks) as string) as unknown };
  } catch (error) {
    if (error instanceof UnknownPartError) return { arn, unknownPart: error.message };
    throw error;
  }
}

interface FunctionSources {
  directory: string;
  assets: AssetFiles;
  stacks: Stacks;
}

function readFunction(
  id: string,
  { Code, Handler, Timeout = 3, MemorySize = 128, Environment = {} }: Properties,
  { directory, assets, stacks }: FunctionSources,
): LambdaFunction[] {
  const arn = resolve({ 'Fn::GetAtt': [id, 'Arn'] }, stacks) as string;
  const { S3Key = '' } = Code as { S3Key?: unknown };
  const asset = assets[String(S3Key).replace(/\.zip$/, '')];
  const { Variables = {} } = Environment as { Variables?: object };
  const environment = tryResolve(Variables, stacks) as Record<string, string> | undefined;
  if (asset === undefined || environment === undefined) return [];
  return [
    {
      name: id,
      arn,
      directory: join(directory, asset.source.path),
      handler: Handler as string,
      timeoutSeconds: Timeout as number,
      memoryMegabytes: MemorySize as number,
      environment,
    },
  ];
}

/** Those that are there for people, not for other stacks. */
function outputsOf({ Outputs }: StackTemplate, stacks: Stacks): Record<string, string> {
  return Object.fromEntries(
    Object.entries(Outputs).flatMap(([name, { Export, Value }]) => {
      const value = Export === undefined ? tryResolve(Value, stacks) : undefined;
      return typeof value === 'string' ? [[name, value]] : [];
    }),
  );
}
