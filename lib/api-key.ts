import { RemovalPolicy } from 'aws-cdk-lib';
import { AnyPrincipal, Effect, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { Function as Lambda } from 'aws-cdk-lib/aws-lambda';
import { type ISecret, ResourcePolicy, Secret } from 'aws-cdk-lib/aws-secretsmanager';
import type { Construct } from 'constructs';

export interface ApiKeyProps {
  /** Name of a new secret. */
  readonly secretName: string;
  /** Name of the tenant. */
  readonly tenant: string;
  /** Of the secret that there is, if there is one. */
  readonly apiKeySecretArn: string | undefined;
}

/**
 * The secret that there is, or a new one with a generated placeholder. CloudFormation generates it once, when it creates the
 * secret, and again only if the parameters of the generation change: so these must never change, or a deploy would
 * overwrite keys.
 */
export function apiKeySecret(
  scope: Construct,
  { secretName, tenant, apiKeySecretArn }: ApiKeyProps,
): ISecret {
  if (apiKeySecretArn !== undefined) return Secret.fromSecretCompleteArn(scope, 'ApiKey', apiKeySecretArn);
  return new Secret(scope, 'ApiKey', {
    secretName,
    description: `API key of the Lucca tenant ${tenant}, put in by hand`,
    generateSecretString: {
      secretStringTemplate: '{"placeholder":"replace all of this with the API key"}',
      generateStringKey: 'unused',
    },
    removalPolicy: RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
  }) as ISecret;
}

/**
 * Keeps the API key from everybody in the account who may read secrets, but the functions that call Lucca and those
 * whom the configuration names. Putting a key in takes no right to read it.
 */
export function denyOtherReaders(
  scope: Construct,
  apiKey: ISecret,
  luccaCallers: readonly Lambda[],
  readers: readonly string[],
): void {
  const roles = luccaCallers.map(({ role }) => role!.roleArn);
  const policy = new ResourcePolicy(scope, 'ApiKeyPolicy', { secret: apiKey });
  policy.document.addStatements(
    new PolicyStatement({
      effect: Effect.DENY,
      actions: ['secretsmanager:GetSecretValue'],
      principals: [new AnyPrincipal()],
      resources: ['*'],
      conditions: { StringNotEquals: { 'aws:PrincipalArn': [...roles, ...readers] } },
    }),
  );
  // Kept as long as what it keeps others from.
  policy.applyRemovalPolicy(RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE);
}
