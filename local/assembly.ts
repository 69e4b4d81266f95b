import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** What `cdk synth` emitted, as far as the engine runs it. */
export interface Assembly {
  bucketName: string;
  functions: LambdaFunction[];
  /** Definitions of the state machines. */
  stateMachines: unknown[];
  /** ARNs of the secrets. */
  secrets: string[];
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
const bucketName = 'lucca-reports';

/** As `lib/app.ts` calls it, which would load the whole CDK. */
const stackName = 'LuccaReportExport';

/** Reads the app's stack from a cloud assembly, with references between its resources resolved to local names. */
export async function readAssembly(directory: string): Promise<Assembly> {
  const resources = (await readJson<{ Resources: Resources }>(join(directory, `${stackName}.template.json`)))
    .Resources;
  const assets = (await readJson<{ files: AssetFiles }>(join(directory, `${stackName}.assets.json`))).files;
  const ofType = (type: string) => Object.entries(resources).filter(([, resource]) => resource.Type === type);

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
      environment: environmentOf(properties, resources),
    })),
    stateMachines: ofType('AWS::StepFunctions::StateMachine').map(([, { Properties: properties }]) =>
      JSON.parse(resolve(properties.DefinitionString, resources) as string),
    ) as unknown[],
  };
}

type AssetFiles = Record<string, { source: { path: string } }>;

const readJson = async <T>(path: string) => JSON.parse(await readFile(path, 'utf8')) as T;

const arn = (service: string, resource: string) => `arn:aws:${service}:${region}:${account}:${resource}`;

function assetPath(assets: AssetFiles, properties: Record<string, unknown>): string {
  const hash = (properties.Code as { S3Key: string }).S3Key.replace(/\.zip$/, '');
  const asset = assets[hash];
  if (asset === undefined) throw new Error(`The cloud assembly has no asset ${hash}.`);
  return asset.source.path;
}

function environmentOf(properties: Record<string, unknown>, resources: Resources): Record<string, string> {
  const variables =
    (properties.Environment as { Variables?: Record<string, unknown> } | undefined)?.Variables ?? {};
  return Object.fromEntries(
    Object.entries(variables).map(([name, value]) => [name, String(resolve(value, resources))]),
  );
}

/** Evaluates CloudFormation's functions. Those that the stack doesn't use are refused rather than guessed. */
function resolve(value: unknown, resources: Resources): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  const [[name, argument] = ['', undefined], ...others] = Object.entries(value as Record<string, unknown>);
  if (others.length === 0) {
    if (name === 'Ref') return reference(argument as string, resources);
    if (name === 'Fn::GetAtt') return attribute(argument as [string, string], resources);
    if (name === 'Fn::Join') {
      const [separator, parts] = argument as [string, unknown[]];
      return parts.map((part) => resolve(part, resources)).join(separator);
    }
  }
  throw new Error(`The engine doesn't know this part of the template: ${JSON.stringify(value)}`);
}

const pseudoParameters: Record<string, string> = {
  'AWS::Partition': 'aws',
  'AWS::Region': region,
  'AWS::AccountId': account,
};

function reference(id: string, resources: Resources): string {
  const parameter = pseudoParameters[id];
  if (parameter !== undefined) return parameter;
  switch (resources[id]?.Type) {
    case 'AWS::S3::Bucket':
      return bucketName;
    case 'AWS::SecretsManager::Secret':
      return arn('secretsmanager', `secret:${id}`);
    default:
      throw new Error(`The engine doesn't know what a reference to ${id} is.`);
  }
}

function attribute([id, name]: [string, string], resources: Resources): string {
  if (resources[id]?.Type === 'AWS::Lambda::Function' && name === 'Arn')
    return arn('lambda', `function:${id}`);
  throw new Error(`The engine doesn't know the attribute ${name} of ${id}.`);
}
