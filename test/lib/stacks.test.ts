import { App, CfnResource, Stack } from 'aws-cdk-lib';
import { Match, type Template } from 'aws-cdk-lib/assertions';
import { describe, expect, test } from 'vitest';
import { functionNames } from '../../lambdas/shared/contract.ts';
import { tellOfQuotas } from '../../lib/quotas.ts';
import { SharedResources } from '../../lib/shared-resources.ts';
import { TenantExport } from '../../lib/tenant-export.ts';
import { acme as acmeSettings } from '../support/acme.ts';
import { permissionsOf, type Policy } from '../support/permissions.ts';
import { synthTemplates } from '../support/synth.ts';

const { shared, tenants } = synthTemplates();
const [acme] = tenants as [Template];

interface Tag {
  Key: string;
  Value: string;
}

interface Role {
  Properties: {
    AssumeRolePolicyDocument: {
      Statement: { Principal: { Service: string }; Condition?: { StringEquals?: object } }[];
    };
  };
}

/** What an action may be taken on, by whichever role. */
const resourcesOf = (template: Template, action: string): unknown[] =>
  (Object.values(template.findResources('AWS::IAM::Policy')) as Policy[])
    .flatMap(({ Properties }) => Properties.PolicyDocument.Statement)
    .filter(({ Action }) => [Action].flat().includes(action))
    .flatMap(({ Resource }) => Resource);

/** The keys in the ARNs of objects. */
const keysIn = (resources: unknown[]) =>
  resources.map((resource) => JSON.stringify(resource).match(/"\/([^"]*)"/)?.[1]).toSorted();

const payrollInGroup = 'arn:aws:iam::123456789012:group/Payroll';

describe('the bucket', () => {
  test('is private, encrypted, versioned and kept', () => {
    shared.hasResource('AWS::S3::Bucket', {
      DeletionPolicy: 'RetainExceptOnCreate',
      Properties: {
        BucketEncryption: { ServerSideEncryptionConfiguration: [Match.anyValue()] },
        PublicAccessBlockConfiguration: {
          BlockPublicAcls: true,
          BlockPublicPolicy: true,
          IgnorePublicAcls: true,
          RestrictPublicBuckets: true,
        },
        VersioningConfiguration: { Status: 'Enabled' },
        LifecycleConfiguration: {
          Rules: [Match.objectLike({ AbortIncompleteMultipartUpload: { DaysAfterInitiation: 1 } })],
        },
      },
    });
  });

  test('refuses requests without TLS, for as long as it is kept (aws-cdk 27125)', () => {
    shared.hasResource('AWS::S3::BucketPolicy', {
      DeletionPolicy: 'RetainExceptOnCreate',
      Properties: {
        PolicyDocument: {
          Statement: Match.arrayWith([
            Match.objectLike({
              Effect: 'Deny',
              Action: 's3:*',
              Condition: { Bool: { 'aws:SecureTransport': 'false' } },
            }),
          ]),
        },
      },
    });
  });
});

const denial = (readers: unknown) => ({
  PolicyDocument: {
    Statement: Match.arrayWith([
      Match.objectLike({
        Effect: 'Deny',
        Action: ['s3:GetObject', 's3:GetObjectVersion', 's3:GetObjectVersionForReplication'],
        Principal: { AWS: '*' },
        Condition: { ArnNotLike: { 'aws:PrincipalArn': readers } },
      }),
    ]),
  },
});

test('with a list of readers, the bucket is kept from everybody else in the account', () => {
  const payroll = 'arn:aws:iam::123456789012:role/Payroll';
  const listed = synthTemplates(undefined, { reportReaders: [payroll] });
  listed.shared.hasResourceProperties('AWS::S3::BucketPolicy', denial([Match.anyValue(), payroll]));
  const [ours] = JSON.stringify(listed.shared.toJSON()).match(/:role\/LuccaReportExport-\*/g)!;
  expect(ours).toBe(':role/LuccaReportExport-*');
  shared.resourcePropertiesCountIs('AWS::S3::BucketPolicy', denial(Match.anyValue()), 0);
});

test('a tenant whose functions could not be told from others is refused then', () => {
  const app = new App({ context: { 'aws:cdk:bundling-stacks': [] } });
  const shared = new SharedResources(new Stack(app, 'Common'), 'Shared', {
    alarms: 'none',
    reportReaders: [],
  });
  const tenant = (stack: string) => () =>
    new TenantExport(new Stack(app, stack), 'Tenant', { ...acmeSettings, shared });
  expect(tenant('Acme')).toThrow(
    'with reportReaders, expected a stack whose name begins with "Common-", found "Acme"',
  );
  expect(tenant('Common-acme')).not.toThrow();
});

test.each([[['*']], ['arn:aws:iam::123456789012:role/Payroll'], [[payrollInGroup]]])(
  'a list of readers that can’t be meant is refused: %j',
  (reportReaders) => {
    expect(() => synthTemplates(undefined, { reportReaders: reportReaders as string[] })).toThrow(
      /reportReaders.*: expected /,
    );
  },
);

describe('the secret', () => {
  test('is created with a placeholder that no later deploy replaces', () => {
    // CloudFormation generates anew, over the real key, whenever one of these parameters changes: never change them.
    acme.hasResource('AWS::SecretsManager::Secret', {
      DeletionPolicy: 'RetainExceptOnCreate',
      Properties: {
        GenerateSecretString: {
          SecretStringTemplate: '{"placeholder":"replace all of this with the API key"}',
          GenerateStringKey: 'unused',
        },
        SecretString: Match.absent(),
      },
    });
  });

  test('is read by the functions of its tenant that call Lucca, and by no other role', () => {
    const readers = Object.entries(permissionsOf(acme))
      .filter(([, actions]) => actions.some((action) => action.startsWith('secretsmanager:')))
      .map(([role]) => /TenantFunctions(\w+?)Role/.exec(role)?.[1]);
    expect(readers.toSorted()).toEqual(['CheckReport', 'CreateReport', 'EnsureTemplate', 'StoreFile']);
    expect(resourcesOf(acme, 'secretsmanager:GetSecretValue')).toEqual(
      Array.from({ length: 4 }, () => ({ Ref: expect.stringMatching(/^TenantApiKey/) as string })),
    );
  });
});

test('the key is kept from everybody else in the account, whatever they are allowed', () => {
  const emergency = 'arn:aws:iam::123456789012:role/Security';
  const { tenants } = synthTemplates([
    { name: 'acme', domain: 'https://acme.ilucca.net', secretReaders: [emergency] },
  ]);
  const policy = {
    ResourcePolicy: {
      Statement: [
        {
          Effect: 'Deny',
          Action: 'secretsmanager:GetSecretValue',
          Principal: { AWS: '*' },
          Resource: '*',
          Condition: { StringNotEquals: { 'aws:PrincipalArn': Match.anyValue() } },
        },
      ],
    },
  };
  tenants[0]!.hasResource('AWS::SecretsManager::ResourcePolicy', {
    Properties: policy,
    // The secret outlives the stack, and so does what keeps others from it (aws-cdk 30408).
    DeletionPolicy: 'RetainExceptOnCreate',
  });
  const [resource] = Object.values(tenants[0]!.findResources('AWS::SecretsManager::ResourcePolicy'));
  const allowed = JSON.stringify(resource).match(/Functions\w+?(?=Role)|role\/\w+/g);
  expect(allowed).toEqual([
    'FunctionsEnsureTemplate',
    'FunctionsCreateReport',
    'FunctionsCheckReport',
    'FunctionsStoreFile',
    'role/Security',
  ]);
});

describe('permissions', () => {
  /** What writing logs and traces takes, which Step Functions asks for the same way everywhere. */
  const loggingAndTracing = /^(logs|xray):\w+$/;
  const key = 'secretsmanager:GetSecretValue';

  test.each<[string, Template, Record<string, string[]>]>([
    ['what all tenants share', shared, {}],
    [
      'a tenant',
      acme,
      {
        TenantFunctionsResolveRequestRole: [],
        TenantFunctionsEnsureTemplateRole: ['s3:GetObject', 's3:ListBucket', key],
        TenantFunctionsCreateReportRole: [key],
        TenantFunctionsCheckReportRole: [key],
        TenantFunctionsStoreFileRole: ['s3:AbortMultipartUpload', 's3:PutObject', key],
        TenantFunctionsPlanBatchRole: ['s3:GetObject', 's3:ListBucket', 's3:PutObject'],
        TenantWorkflowRole: [
          'dynamodb:GetItem',
          'dynamodb:UpdateItem',
          'events:PutEvents',
          'lambda:InvokeFunction',
          's3:putObject',
          'sns:Publish',
          'states:DescribeExecution',
        ],
        TenantBatchRole: [
          'events:DescribeRule',
          'events:PutEvents',
          'events:PutRule',
          'events:PutTargets',
          'lambda:InvokeFunction',
          's3:putObject',
          'sns:Publish',
          'states:DescribeExecution',
          'states:StartExecution',
          'states:StopExecution',
        ],
        TenantLeasesReleaseRole: ['dynamodb:UpdateItem', 'states:DescribeExecution'],
        TenantLeasesEventsRole: ['states:StartExecution'],
        TenantSchedulesStartRole: ['sns:Publish', 'sqs:SendMessage', 'states:StartExecution'],
        SchedulerRoleForTarget: ['sqs:SendMessage', 'states:StartExecution'],
      },
    ],
  ])('no role of %s may do more or less than this', (_, template, expected) => {
    const actual = Object.entries(permissionsOf(template)).map(([role, actions]) => [
      role.replace(/([0-9a-f]{6})?[0-9A-F]{8}$/, ''),
      actions.filter((action) => !loggingAndTracing.test(action)).toSorted(),
    ]);
    expect(Object.fromEntries(actual)).toEqual(expected);
  });

  test('the state machines write manifests, template records and batch reports of their tenant, no other key', () => {
    expect(keysIn(resourcesOf(acme, 's3:putObject'))).toEqual([
      'acme/batches/*.json',
      'acme/template=*/*/manifest.json',
      'acme/templates/*.json',
    ]);
  });

  test('services take roles for this account alone', () => {
    const trusts = (Object.values(acme.findResources('AWS::IAM::Role')) as Role[]).flatMap(
      ({ Properties }) => Properties.AssumeRolePolicyDocument.Statement,
    );
    const others = trusts.filter(({ Principal }) => Principal.Service !== 'lambda.amazonaws.com');
    expect(others.length).toBeGreaterThan(3);
    for (const { Condition } of others) {
      expect(Condition?.StringEquals).toMatchObject({ 'aws:SourceAccount': { Ref: 'AWS::AccountId' } });
    }
  });

  const denials = (Object.values(acme.findResources('AWS::IAM::Policy')) as Policy[]).flatMap(
    ({ Properties: { Roles, PolicyDocument } }) =>
      PolicyDocument.Statement.filter(({ Effect }) => Effect === 'Deny').map((statement) => ({
        role: Roles[0]!.Ref.replace(/[0-9A-F]{8}$/, ''),
        action: [statement.Action].flat().map((action) => action.split(':')[1]),
        condition: statement.Condition!['ForAnyValue:StringNotEquals']!,
      })),
  );

  test('no state machine touches the lease of another tenant, whatever its definition says', () => {
    const keys = { 'dynamodb:LeadingKeys': [{ Ref: expect.stringMatching(/^TenantApiKey/) as string }] };
    const action = ['GetItem', 'UpdateItem'];
    expect(denials.filter(({ condition }) => 'dynamodb:LeadingKeys' in condition)).toEqual([
      { role: 'TenantWorkflowRole', action, condition: keys },
      { role: 'TenantLeasesReleaseRole', action, condition: keys },
    ]);
  });

  test('no state machine announces what looks like the events of others', () => {
    const announced = denials.filter(({ action }) => action[0] === 'PutEvents');
    expect([...new Set(announced.map(({ role }) => role))]).toEqual([
      'TenantWorkflowRole',
      'TenantBatchRole',
    ]);
    expect(Object.assign({}, ...announced.map(({ condition }) => condition))).toEqual({
      'events:source': ['lucca-report-export'],
      'events:detail-type': ['Report Exported', 'Export Failed', 'Batch Exported', 'Batch Failed'],
    });
  });

  test('the functions write files and payloads of their tenant, and read its payloads, records and manifests, no other key', () => {
    expect(keysIn(resourcesOf(acme, 's3:PutObject'))).toEqual([
      'acme/template-payloads/*.json',
      'acme/template=*/*/report.*',
    ]);
    expect(keysIn(resourcesOf(acme, 's3:GetObject'))).toEqual([
      'acme/template-payloads/*.json',
      'acme/template-payloads/*.json',
      'acme/template=*/*/manifest.json',
      'acme/templates/*.json',
      'acme/templates/*.json',
    ]);
  });
});

test('functions run on Node 24 and log to groups that expire', () => {
  const lambdas = Object.values(acme.findResources('AWS::Lambda::Function')) as {
    Properties: { Runtime: string; LoggingConfig: unknown; Timeout: number };
  }[];
  expect(lambdas).toHaveLength(functionNames.length);
  for (const { Properties } of lambdas) {
    expect(Properties).toMatchObject({
      Runtime: 'nodejs24.x',
      LoggingConfig: { LogGroup: expect.anything() },
    });
    expect(Properties.Timeout).toBeGreaterThan(10);
  }
  for (const group of Object.values(acme.findResources('AWS::Logs::LogGroup'))) {
    expect(group).toMatchObject({ Properties: { RetentionInDays: 180 } });
  }
});

test.each([
  ['shared', shared, 0],
  ['the tenant’s', acme, 4],
])('state machines log no data of their executions: %s', (_, template, count) => {
  const logged = { LoggingConfiguration: { IncludeExecutionData: false, Level: 'ALL' } };
  const traced = { TracingConfiguration: { Enabled: true } };
  template.resourcePropertiesCountIs('AWS::StepFunctions::StateMachine', { ...logged, ...traced }, count);
});

test('outputs name the bucket, and the tenant’s state machines and secret', () => {
  expect(Object.keys(shared.findOutputs('ReportBucketName'))).toHaveLength(1);
  expect(Object.keys(acme.findOutputs('*')).toSorted()).toEqual([
    'ApiKeySecretArn',
    'BatchStateMachineArn',
    'StateMachineArn',
  ]);
});

const longest = 'a'.repeat(50);
const elsewhere = synthTemplates([{ ...acmeSettings, name: longest }], {
  stackName: 'LuccaReportExportTest',
});

/** What is called so in an account and region, and nowhere else. */
const namesIn = (templates: { shared: Template; tenants: Template[] }) =>
  [templates.shared, ...templates.tenants].flatMap((template) =>
    Object.values(template.toJSON()['Resources'] as Record<string, { Properties?: Record<string, unknown> }>)
      .flatMap(({ Properties = {} }) => [
        Properties['StateMachineName'],
        Properties['LogGroupName'],
        Properties['Name'],
      ])
      .filter((name) => typeof name === 'string'),
  );

describe('names', () => {
  test('say the stack and the tenant', () => {
    expect(namesIn({ shared, tenants }).toSorted()).toEqual([
      '/aws/vendedlogs/states/LuccaReportExport',
      'LuccaReportExport-acme-Batch',
      'LuccaReportExport-acme-Export',
      'LuccaReportExport-acme-Release',
      'LuccaReportExport-acme-Start',
      'LuccaReportExport/acme/api-key',
    ]);
  });

  test('fit with the longest that may be chosen, and differ between two deployments', () => {
    const other = namesIn(elsewhere);
    expect(Math.max(...other.map((name) => name.length))).toBeLessThanOrEqual(80);
    expect(other.filter((name) => namesIn({ shared, tenants }).includes(name))).toEqual([]);
  });
});

test('stacks, outputs and functions are described, and everything has the tags by which costs are told', () => {
  for (const template of [shared, acme]) {
    const { Description, Outputs, Resources } = template.toJSON() as {
      Description: string;
      Outputs: Record<string, { Description?: string; Export?: object }>;
      Resources: Record<string, { Type: string; Properties: { Description?: string; Tags?: Tag[] } }>;
    };
    expect(Description).toMatch(/\w+\.$/);
    for (const output of Object.values(Outputs)) expect(output.Description ?? output.Export).toBeDefined();
    const resources = Object.values(Resources);
    for (const { Properties } of resources.filter(({ Type }) => Type === 'AWS::Lambda::Function')) {
      expect(Properties.Description).toMatch(/\w+\.$/);
    }
    for (const { Properties } of resources) {
      if (Properties.Tags === undefined) continue;
      const tags = Object.fromEntries(Properties.Tags.map(({ Key, Value }) => [Key, Value]));
      const own = template === acme ? { 'lucca-tenant': 'acme' } : {};
      expect(tags).toMatchObject({ application: 'lucca-report-export', ...own });
    }
  }
});

test('a secret that there is is taken, and kept from others like one of its own', () => {
  const apiKeySecretArn =
    'arn:aws:secretsmanager:eu-west-3:123456789012:secret:LuccaReportExport/acme/api-key-AbCdEf';
  const [template] = synthTemplates([{ ...acmeSettings, apiKeySecretArn }]).tenants as [Template];
  template.resourceCountIs('AWS::SecretsManager::Secret', 0);
  template.hasResourceProperties('AWS::SecretsManager::ResourcePolicy', {
    SecretId: apiKeySecretArn,
    ResourcePolicy: { Statement: [Match.objectLike({ Effect: 'Deny' })] },
  });
  expect(resourcesOf(template, 'secretsmanager:GetSecretValue')).toEqual(
    Array.from({ length: 4 }, () => apiKeySecretArn),
  );
});

test('what is exported from the configuration under a wrong name is refused, not ignored', () => {
  const misspelt = { stackname: 'LuccaExportTest' } as object;
  expect(() => synthTemplates(undefined, misspelt)).toThrow(
    /stackname: expected tenants, alarms, stackName and/,
  );
});

test('two tenants can’t have one secret, whose policy lets the functions of one in', () => {
  const apiKeySecretArn = 'arn:aws:secretsmanager:eu-west-3:123456789012:secret:lucca-AbCdEf';
  const twice = ['one', 'two'].map((name) => ({ ...acmeSettings, name, apiKeySecretArn }));
  expect(() => synthTemplates(twice)).toThrow(
    /tenants\[1\]\.apiKeySecretArn: expected one that no other tenant has/,
  );
});

test.each(['', '1st', 'a-', 'a'.repeat(22), 'Lucca_Export'])('a stack can’t be called %j', (stackName) => {
  expect(() => synthTemplates(undefined, { stackName })).toThrow(/stackName.*: expected at most 21 letters/);
});

/** What a synthesis tells that has so many resources. */
function told(type: string, count: number): string[] {
  const app = new App();
  const stack = new Stack(app, 'Many');
  for (let index = 0; index < count; index++) new CfnResource(stack, `R${index}`, { type });
  tellOfQuotas(app);
  return app.node.metadata.filter((entry) => entry.type === 'aws:cdk:info').map(({ data }) => String(data));
}

test('whoever has more of something than an account has room for is told which quota to raise', () => {
  expect([...told('AWS::IAM::Role', 1000), ...told('AWS::Events::Rule', 100)]).toEqual([]);
  expect(told('AWS::IAM::Role', 1001)).toEqual([
    expect.stringMatching(/1001 .*AWS::IAM::Role.*1000.*L-FE177D64/),
  ]);
  expect(told('AWS::Events::Rule', 101)).toEqual([
    expect.stringMatching(/101 .*AWS::Events::Rule.*100.*L-244521F2/),
  ]);
});

/** CloudFormation's limits for one stack; a template's is in bytes. */
const limits = { resources: 500, outputs: 200, template: 1_000_000 };

// What one stack needs, and what all of them need of the shared one, is the same for 6 tenants as for 200.
describe('many tenants', () => {
  const names = Array.from({ length: 6 }, (_, index) => `tenant-${index}`);
  const schedules = ['a', 'b', 'c'].map((name) => ({
    name,
    expression: 'rate(1 day)',
    export: { templateId: 1 },
  }));
  const many = synthTemplates(
    names.map((name, index) => ({
      name,
      domain: `https://${name}.ilucca.net`,
      schedules: index % 2 === 0 ? schedules : [],
    })),
  );
  test('fit into what CloudFormation allows for a stack', () => {
    for (const template of [many.shared, ...many.tenants]) {
      const { Resources, Outputs } = template.toJSON() as Record<string, object>;
      expect(Object.keys(Resources!).length).toBeLessThanOrEqual(limits.resources);
      expect(Object.keys(Outputs!).length).toBeLessThanOrEqual(limits.outputs);
      expect(JSON.stringify(template.toJSON()).length).toBeLessThan(limits.template);
    }
  });

  test('share one stack, which is the same however many they are and whatever they schedule', () => {
    expect(many.shared.toJSON()).toEqual(shared.toJSON());
  });

  test('have secrets, functions and state machines of their own, so that each is let to others by itself', () => {
    for (const template of many.tenants) {
      template.resourceCountIs('AWS::SecretsManager::Secret', 1);
      template.resourceCountIs('AWS::Lambda::Function', functionNames.length);
    }
  });
});

/** Nothing is bundled here, so the functions' hashes mean nothing. */
const textOf = (template: Template) => JSON.stringify(template.toJSON()).replaceAll(/\w{64}\.zip/g, '');

test('a tenant keeps its stack when others come and go', () => {
  const { tenants: alone } = synthTemplates([{ name: 'acme', domain: 'https://acme.ilucca.net' }]);
  const { tenants: among } = synthTemplates([
    { name: 'globex', domain: 'https://globex.ilucca.ch', timeZone: 'Europe/Zurich' },
    { name: 'acme', domain: 'https://acme.ilucca.net' },
  ]);
  expect(textOf(among[1]!)).toEqual(textOf(alone[0]!));
});
