import { Match } from 'aws-cdk-lib/assertions';
import { describe, expect, test } from 'vitest';
import { synthTemplate } from '../support/synth.ts';

const template = synthTemplate();

interface Statement {
  Action: string | string[];
  Resource: unknown;
}

/** The actions that each role may take, by a word of the policy's logical id. */
function actionsOf(role: string): string[] {
  const policies = Object.entries(template.findResources('AWS::IAM::Policy')).filter(([id]) =>
    id.includes(role),
  );
  return policies.flatMap(([, policy]) => {
    const { Statement } = (policy as { Properties: { PolicyDocument: { Statement: Statement[] } } })
      .Properties.PolicyDocument;
    return Statement.flatMap((statement) => statement.Action);
  });
}

const functions = [
  'ResolveRequest',
  'EnsureTemplate',
  'CreateReport',
  'CheckReport',
  'StoreFile',
  'PlanBatch',
];

describe('the bucket', () => {
  test('is private, encrypted, versioned and kept', () => {
    template.hasResource('AWS::S3::Bucket', {
      DeletionPolicy: 'Retain',
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

  test('refuses requests without TLS', () => {
    template.hasResourceProperties('AWS::S3::BucketPolicy', {
      PolicyDocument: {
        Statement: Match.arrayWith([
          Match.objectLike({
            Effect: 'Deny',
            Action: 's3:*',
            Condition: { Bool: { 'aws:SecureTransport': 'false' } },
          }),
        ]),
      },
    });
  });
});

describe('the secret', () => {
  test('is created with a placeholder that no later deploy replaces', () => {
    // CloudFormation generates anew, over the real key, whenever one of these parameters changes: never change them.
    template.hasResource('AWS::SecretsManager::Secret', {
      DeletionPolicy: 'Retain',
      Properties: {
        GenerateSecretString: {
          SecretStringTemplate: '{"placeholder":"replace all of this with the API key"}',
          GenerateStringKey: 'unused',
        },
        SecretString: Match.absent(),
      },
    });
  });

  test.each(functions)('is read by %s only if it calls Lucca', (name) => {
    const reads = actionsOf(name).includes('secretsmanager:GetSecretValue');
    expect(reads).toBe(!['ResolveRequest', 'PlanBatch'].includes(name));
  });
});

describe('permissions', () => {
  test.each(functions)('%s writes to the bucket only if it stores files', (name) => {
    const writes = actionsOf(name).filter((action) => /^s3:(\*|Put|Delete|Abort)/.test(action));
    expect(writes).toEqual(name === 'StoreFile' ? ['s3:PutObject', 's3:AbortMultipartUpload'] : []);
  });

  test('the state machines write manifests, template records and batch reports of their tenant, no other key', () => {
    const policies = Object.values(template.findResources('AWS::IAM::Policy')) as {
      Properties: { PolicyDocument: { Statement: Statement[] } };
    }[];
    const resources = policies
      .flatMap((policy) => policy.Properties.PolicyDocument.Statement)
      .filter((statement) => statement.Action === 's3:putObject')
      .map((statement) => JSON.stringify(statement.Resource).match(/"(\/[^"]*)"/)?.[1]);
    expect(resources.toSorted()).toEqual([
      '/acme/batches/*',
      '/acme/template=*/manifest.json',
      '/acme/templates/*',
    ]);
  });

  test('nothing may start Lambdas or read secrets of others', () => {
    expect(actionsOf('').filter((action) => action.includes('*'))).toEqual([]);
  });
});

test('functions run on Node 24 and log to groups that expire', () => {
  const lambdas = Object.values(template.findResources('AWS::Lambda::Function')) as {
    Properties: { Runtime: string; LoggingConfig: unknown; Timeout: number };
  }[];
  expect(lambdas).toHaveLength(functions.length);
  for (const { Properties } of lambdas) {
    expect(Properties).toMatchObject({
      Runtime: 'nodejs24.x',
      LoggingConfig: { LogGroup: expect.anything() },
    });
    expect(Properties.Timeout).toBeGreaterThan(10);
  }
  for (const group of Object.values(template.findResources('AWS::Logs::LogGroup'))) {
    expect(group).toMatchObject({ Properties: { RetentionInDays: 180 } });
  }
});

test('state machines log no data of their executions', () => {
  template.hasResourceProperties('AWS::StepFunctions::StateMachine', {
    LoggingConfiguration: { IncludeExecutionData: false, Level: 'ALL' },
    TracingConfiguration: { Enabled: true },
  });
});

test('outputs name the bucket, and each tenant’s state machines and secret', () => {
  expect(Object.keys(template.findOutputs('*')).toSorted()).toEqual([
    'AcmeApiKeySecretArn',
    'AcmeBatchStateMachineArn',
    'AcmeStateMachineArn',
    'ReportBucketName',
  ]);
});

test.each([
  ['none', []],
  ['two of one name', ['acme', 'acme']],
  ['two whose names differ in hyphens only', ['a1', 'a-1']],
])('synthesis refuses tenants: %s', (_, names) => {
  const tenants = names.map((name) => ({ name, domain: 'https://acme.ilucca.net' }));
  expect(() => synthTemplate(tenants)).toThrow(names.length === 0 ? /No tenant/ : /too much alike/);
});

test('a tenant may be called like anything else in the stack', () => {
  expect(() => synthTemplate([{ name: 'exporter', domain: 'https://acme.ilucca.net' }])).not.toThrow();
});

test('tenants share the functions, the bucket and the lease table', () => {
  const two = synthTemplate([
    { name: 'acme', domain: 'https://acme.ilucca.net' },
    { name: 'globex-ch', domain: 'https://globex.ilucca.ch', timeZone: 'Europe/Zurich' },
  ]);
  two.resourceCountIs('AWS::Lambda::Function', functions.length);
  two.resourceCountIs('AWS::S3::Bucket', 1);
  two.resourceCountIs('AWS::DynamoDB::Table', 1);
  two.resourceCountIs('AWS::StepFunctions::StateMachine', 2 * 2 + 1);
  two.resourceCountIs('AWS::Events::Rule', 2);
  two.resourceCountIs('AWS::SecretsManager::Secret', 2);
  expect(Object.keys(two.findOutputs('*'))).toContain('GlobexChStateMachineArn');
});
