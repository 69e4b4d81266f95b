import { Annotations, type App, CfnResource } from 'aws-cdk-lib';

/** How many of a type an account may have unless more are asked for. */
const quotas = {
  'AWS::IAM::Role': { most: 1000, name: 'Roles per account (IAM, L-FE177D64)' },
  // 300 in most regions, 100 in some, such as eu-south-1.
  'AWS::Events::Rule': { most: 100, name: 'Rules per event bus (EventBridge, L-244521F2)' },
} as const;

/** Tells where an app has more of something than an account takes that nobody has asked for more. */
export function tellOfQuotas(app: App): void {
  const types = app.node
    .findAll()
    .filter((construct) => CfnResource.isCfnResource(construct))
    .map(({ cfnResourceType }) => cfnResourceType);
  for (const [type, { most, name }] of Object.entries(quotas)) {
    const count = types.filter((each) => each === type).length;
    if (count <= most) continue;
    Annotations.of(app).addInfoV2(
      `lucca-report-export:quota-${type}`,
      `The app has ${count} resources of the type ${type}, and an account may take no more than ${most} unless more are asked for: ` +
        `see that the quota "${name}" is high enough before deploying.`,
    );
  }
}
