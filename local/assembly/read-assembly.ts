import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** What `cdk synth` emitted, as far as the engine runs it. */
export interface Assembly {
  bucketName: string;
  functions: LambdaFunction[];
  stateMachines: StateMachineResource[];
  tables: TableResource[];
  rules: RuleResource[];
  schedules: ScheduleResource[];
  /** ARNs of the secrets. */
  secrets: string[];
  /** The outputs of each stack, by name. */
  outputs: Record<string, Record<string, string>>;
}

export interface StateMachineResource {
  arn: string;
  definition: unknown;
}

export interface TableResource {
  name: string;
  /** Properties of the table as CloudFormation and DynamoDB name them. */
  properties: Record<string, unknown>;
}

/** A schedule of EventBridge Scheduler. */
export interface ScheduleResource {
  targetArn: string;
  /** JSON text, in which `<aws.scheduler.scheduled-time>` stands for the occurrence's time. */
  input: string;
}

/** A rule of EventBridge, in the words of CloudFormation. */
export interface RuleResource {
  EventPattern: unknown;
  Targets: {
    Arn: string;
    InputTransformer: { InputPathsMap: Record<string, string>; InputTemplate: string };
  }[];
}

export interface LambdaFunction {
  name: string;
  arn: string;
  /** Directory of the bundle, and the handler in it, such as `index.handler`. */
  directory: string;
  handler: string;
  timeoutSeconds: number;
  memoryMegabytes: number;
  environment: Record<string, string>;
}

interface Resource {
  Type: string;
  Properties: Record<string, unknown>;
}
type Resources = Record<string, Resource>;

export const region = 'eu-west-3';
const account = '000000000000';
export const bucketName = 'lucca-reports';

/** Reads the app's stacks from a cloud assembly, with references between their resources resolved to local names. */
export async function readAssembly(directory: string): Promise<Assembly> {
  const templates = (await readAll(directory, '.template.json')).map(({ name, content }) =>
    qualified(name, content as StackTemplate),
  );
  const stacks: Stacks = {
    resources: Object.assign({}, ...templates.map((template) => template.Resources)) as Resources,
    exports: new Map(
      templates.flatMap(({ Outputs }) =>
        Object.values(Outputs).map(({ Export, Value }) => [Export?.Name, Value]),
      ),
    ),
  };
  const manifests = await readAll(directory, '.assets.json');
  const assets: AssetFiles = Object.assign(
    {},
    ...manifests.map(({ content }) => (content as { files: AssetFiles }).files),
  );
  const ofType = (type: string) =>
    Object.entries(stacks.resources).filter(([, resource]) => resource.Type === type);

  return {
    bucketName,
    secrets: ofType('AWS::SecretsManager::Secret').map(([id]) => arn('secretsmanager', `secret:${id}`)),
    functions: ofType('AWS::Lambda::Function').map(([id, { Properties: properties }]) => ({
      name: id,
      arn: arn('lambda', `function:${id}`),
      directory: join(directory, assetPath(assets, properties)),
      handler: properties.Handler as string,
      timeoutSeconds: (properties.Timeout as number | undefined) ?? 3,
      memoryMegabytes: (properties.MemorySize as number | undefined) ?? 128,
      environment: environmentOf(properties, stacks),
    })),
    stateMachines: ofType('AWS::StepFunctions::StateMachine').map(([id, { Properties: properties }]) => ({
      arn: arn('states', `stateMachine:${id}`),
      definition: JSON.parse(resolve(properties.DefinitionString, stacks) as string) as unknown,
    })),
    tables: ofType('AWS::DynamoDB::Table').map(([id, { Properties: properties }]) => ({
      name: id,
      properties,
    })),
    rules: ofType('AWS::Events::Rule').map(
      ([, { Properties: properties }]) => resolve(properties, stacks) as RuleResource,
    ),
    schedules: ofType('AWS::Scheduler::Schedule').map(([, { Properties: properties }]) => {
      const { Arn, Input } = properties.Target as { Arn: unknown; Input: unknown };
      return { targetArn: resolve(Arn, stacks) as string, input: resolve(Input, stacks) as string };
    }),
    outputs: Object.fromEntries(templates.map(({ stack, Outputs }) => [stack, outputsOf(Outputs, stacks)])),
  };
}

/** Those that are there for people, not for other stacks. */
const outputsOf = (outputs: StackTemplate['Outputs'], stacks: Stacks) =>
  Object.fromEntries(
    Object.entries(outputs)
      .filter(([, { Export }]) => Export === undefined)
      .map(([name, { Value }]) => [name, resolve(Value, stacks) as string]),
  );

interface StackTemplate {
  Resources: Resources;
  Outputs: Record<string, { Value: unknown; Export?: { Name: string } }>;
}

/** All stacks as one. */
interface Stacks {
  resources: Resources;
  /** What stacks export for others, by its name. */
  exports: ReadonlyMap<string | undefined, unknown>;
}

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

/** A template with the stack's name in front of its resources' ids: the stacks of two tenants have the same ones. */
function qualified(stack: string, content: StackTemplate) {
  const name = (id: string) => (id in content.Resources ? `${stack}-${id}` : id);
  const rename = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(rename);
    if (typeof value !== 'object' || value === null) return value;
    if ('Ref' in value) return { Ref: name(value.Ref as string) };
    if ('Fn::GetAtt' in value) {
      const [id, attribute] = value['Fn::GetAtt'] as [string, string];
      return { 'Fn::GetAtt': [name(id), attribute] };
    }
    return Object.fromEntries(Object.entries(value).map(([key, field]) => [key, rename(field)]));
  };
  const { Resources = {}, Outputs = {} } = rename(content) as Partial<StackTemplate>;
  return {
    stack,
    Outputs,
    Resources: Object.fromEntries(Object.entries(Resources).map(([id, resource]) => [name(id), resource])),
  };
}

type AssetFiles = Record<string, { source: { path: string } }>;

const arn = (service: string, resource: string) => `arn:aws:${service}:${region}:${account}:${resource}`;

function assetPath(assets: AssetFiles, properties: Record<string, unknown>): string {
  const hash = (properties.Code as { S3Key: string }).S3Key.replace(/\.zip$/, '');
  const asset = assets[hash];
  if (asset === undefined) throw new Error(`The cloud assembly has no asset ${hash}.`);
  return asset.source.path;
}

function environmentOf(properties: Record<string, unknown>, stacks: Stacks): Record<string, string> {
  const variables =
    (properties.Environment as { Variables?: Record<string, unknown> } | undefined)?.Variables ?? {};
  return Object.fromEntries(
    Object.entries(variables).map(([name, value]) => [name, String(resolve(value, stacks))]),
  );
}

/** Evaluates CloudFormation's functions, at any depth. Those that the stack doesn't use are refused, not guessed. */
function resolve(value: unknown, stacks: Stacks): unknown {
  if (Array.isArray(value)) return value.map((item) => resolve(item, stacks));
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value as Record<string, unknown>);
  const [[name, argument] = ['', undefined]] = entries;
  if (name === 'Ref') return reference(argument as string, stacks);
  if (name === 'Fn::GetAtt') return attribute(argument as [string, string], stacks);
  if (name === 'Fn::Join') {
    const [separator, parts] = argument as [string, unknown[]];
    return parts.map((part) => resolve(part, stacks)).join(separator);
  }
  if (name === 'Fn::ImportValue') return resolve(stacks.exports.get(argument as string), stacks);
  if (name.startsWith('Fn::')) {
    throw new Error(`The engine doesn't know this part of the template: ${JSON.stringify(value)}`);
  }
  return Object.fromEntries(entries.map(([key, item]) => [key, resolve(item, stacks)]));
}

const pseudoParameters: Record<string, string> = {
  'AWS::Partition': 'aws',
  'AWS::Region': region,
  'AWS::AccountId': account,
};

function reference(id: string, stacks: Stacks): string {
  const parameter = pseudoParameters[id];
  if (parameter !== undefined) return parameter;
  switch (stacks.resources[id]?.Type) {
    case 'AWS::S3::Bucket':
      return bucketName;
    case 'AWS::DynamoDB::Table':
      return id;
    case 'AWS::StepFunctions::StateMachine':
      return arn('states', `stateMachine:${id}`);
    case 'AWS::SecretsManager::Secret':
      return arn('secretsmanager', `secret:${id}`);
    default:
      throw new Error(`The engine doesn't know what a reference to ${id} is.`);
  }
}

function attribute([id, name]: [string, string], stacks: Stacks): string {
  if (stacks.resources[id]?.Type === 'AWS::Lambda::Function' && name === 'Arn')
    return arn('lambda', `function:${id}`);
  if (stacks.resources[id]?.Type === 'AWS::IAM::Role' && name === 'Arn')
    return `arn:aws:iam::${account}:role/${id}`;
  throw new Error(`The engine doesn't know the attribute ${name} of ${id}.`);
}
