interface Resource {
  Type: string;
  Properties?: Record<string, unknown>;
}
type Resources = Record<string, Resource>;

interface Output {
  Value: unknown;
  Export?: { Name: string };
}

export interface StackTemplate {
  /** Name of the stack. */
  stack: string;
  Resources: Resources;
  Outputs: Record<string, Output>;
}

/** All stacks of an app as one. */
export interface Stacks {
  resources: Resources;
  /** What stacks export for others, by its name. */
  exports: ReadonlyMap<string | undefined, unknown>;
  /** Id of the bucket that reports are stored in. */
  reportBucket: string | undefined;
}

export const region = 'eu-west-3';
const account = '000000000000';

/** What the bucket that reports are stored in is called here. */
export const reportBucketName = 'lucca-reports';

/** A template with the stack's name in front of its resources' ids: the stacks of two tenants have the same ones. */
export function qualifyTemplate(stack: string, content: Partial<StackTemplate>): StackTemplate {
  const own = content.Resources ?? {};
  const name = (id: string) => (id in own ? `${stack}-${id}` : id);
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

export function joinStacks(templates: readonly StackTemplate[]): Stacks {
  const outputs = templates.flatMap(({ Outputs }) => Object.entries(Outputs));
  const bucket = outputs.find(([name]) => name === 'ReportBucketName')?.[1].Value as
    { Ref?: string } | undefined;
  return {
    resources: Object.assign({}, ...templates.map(({ Resources }) => Resources)) as Resources,
    exports: new Map(outputs.map(([, { Export, Value }]) => [Export?.Name, Value])),
    reportBucket: bucket?.Ref,
  };
}

/** A part of a template that the engine doesn't know. */
export class UnknownPartError extends Error {
  override readonly name = 'UnknownPartError';
}

/** Evaluates CloudFormation's functions, at any depth. Throws UnknownPartError rather than guess. */
export function resolve(value: unknown, stacks: Stacks): unknown {
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
    throw new UnknownPartError(`The engine doesn't know this part of the template: ${JSON.stringify(value)}`);
  }
  return Object.fromEntries(entries.map(([key, item]) => [key, resolve(item, stacks)]));
}

const arn = (service: string, resource: string) => `arn:aws:${service}:${region}:${account}:${resource}`;

/** The ARNs of what has one here, by type, given what it is called: its name, or else its id. */
const arns = {
  'AWS::Lambda::Function': (name: string) => arn('lambda', `function:${name}`),
  'AWS::StepFunctions::StateMachine': (name: string) => arn('states', `stateMachine:${name}`),
  'AWS::SecretsManager::Secret': (name: string) => arn('secretsmanager', `secret:${name}-000000`),
  'AWS::SNS::Topic': (name: string) => arn('sns', name),
  'AWS::SQS::Queue': (name: string) => arn('sqs', name),
  'AWS::IAM::Role': (name: string) => `arn:aws:iam::${account}:role/${name}`,
} as const;

/** What a resource is called: the name that its template gives it, or else its id. */
function nameOf(id: string, { Properties = {} }: Resource): string {
  const { StateMachineName, Name = StateMachineName } = Properties;
  return typeof Name === 'string' ? Name : id;
}

const pseudoParameters: Record<string, string> = {
  'AWS::Partition': 'aws',
  'AWS::Region': region,
  'AWS::AccountId': account,
};

function reference(id: string, { resources, reportBucket }: Stacks): string {
  const parameter = pseudoParameters[id];
  if (parameter !== undefined) return parameter;
  const { [id]: resource } = resources;
  const type = resource?.Type;
  switch (type) {
    case 'AWS::S3::Bucket':
      return id === reportBucket ? reportBucketName : id;
    case 'AWS::DynamoDB::Table':
    case 'AWS::Lambda::Function':
      return id;
    case 'AWS::SQS::Queue':
      return `https://sqs.${region}.amazonaws.com/${account}/${id}`;
    case 'AWS::StepFunctions::StateMachine':
    case 'AWS::SecretsManager::Secret':
    case 'AWS::SNS::Topic':
      return arns[type](nameOf(id, resource!));
    default:
      throw new UnknownPartError(`The engine doesn't know what a reference to ${id} is.`);
  }
}

function attribute([id, name]: [string, string], { resources }: Stacks): string {
  const { [id]: resource } = resources;
  if (resource !== undefined && resource.Type in arns && name === 'Arn') {
    return arns[resource.Type as keyof typeof arns](nameOf(id, resource));
  }
  throw new UnknownPartError(`The engine doesn't know the attribute ${name} of ${id}.`);
}
