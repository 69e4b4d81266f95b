import type { Table } from 'aws-cdk-lib/aws-dynamodb';
import type { Function as Lambda } from 'aws-cdk-lib/aws-lambda';
import type { Bucket } from 'aws-cdk-lib/aws-s3';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import type { FunctionName } from '../../lambdas/shared/contract.ts';

/** What the steps of a tenant's workflows work with. */
export interface WorkflowResources {
  /** Where reports, manifests and records are stored. */
  readonly bucket: Bucket;
  /** The tenant's own. */
  readonly functions: Readonly<Record<FunctionName, Lambda>>;
  /** Which execution may have reports generated, for each API key. */
  readonly leaseTable: Table;
  /** How people are told of failures, if they are. */
  readonly alerts: AlertTarget | undefined;
}

/** Where alerts go, and where they send people. */
export interface AlertTarget {
  readonly topic: ITopic;
  /** Where the runbook is. */
  readonly runbook: string;
}
