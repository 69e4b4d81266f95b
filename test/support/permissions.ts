import type { Template } from 'aws-cdk-lib/assertions';

export interface Statement {
  Effect: 'Allow' | 'Deny';
  Action: string | string[];
  Resource: unknown;
  Condition?: Record<string, Record<string, unknown[]>>;
}

export interface Policy {
  Properties: { Roles: { Ref: string }[]; PolicyDocument: { Statement: Statement[] } };
}

/** The actions that each role may take, by its logical id, and the policies of AWS that it has. */
export function permissionsOf(template: Template): Record<string, string[]> {
  const roles = Object.entries(template.findResources('AWS::IAM::Role'));
  const policies = Object.values(template.findResources('AWS::IAM::Policy')) as Policy[];
  return Object.fromEntries(
    roles.map(([id, role]) => {
      const { ManagedPolicyArns = [] } = role.Properties as { ManagedPolicyArns?: unknown[] };
      const actions = policies
        .filter(({ Properties }) => Properties.Roles.some(({ Ref }) => Ref === id))
        .flatMap(({ Properties }) => Properties.PolicyDocument.Statement)
        .filter(({ Effect }) => Effect === 'Allow')
        .flatMap(({ Action }) => Action);
      return [id, [...new Set([...ManagedPolicyArns.map(nameOfPolicy), ...actions])]];
    }),
  );
}

const nameOfPolicy = (arn: unknown) => /\w+(?="\W*$)/.exec(JSON.stringify(arn))![0];
