import {
  type DynamoDBClient,
  DynamoDBServiceException,
  GetItemCommand,
  type GetItemCommandInput,
  UpdateItemCommand,
  type UpdateItemCommandInput,
} from '@aws-sdk/client-dynamodb';
import { type Json, TaskFailure } from '../../../states-language/index.ts';
import type { Integration, Integrations } from './integration.ts';

type Answer = { Item?: unknown; Attributes?: unknown };
type Send = (client: DynamoDBClient, given: object) => Promise<Answer>;

/** An operation on an item without a function. Its arguments are DynamoDB's own. */
const itemOperation = (send: Send): Integration => ({
  service: 'DynamoDB',
  outages: ['DynamoDB.AmazonDynamoDBException', 'DynamoDB.SdkClientException'],
  call: async ({ dynamoDb }, { arguments: given }) => {
    try {
      const { Item, Attributes } = await send(dynamoDb, given as object);
      return JSON.parse(JSON.stringify({ Item, Attributes })) as Json;
    } catch (error) {
      if (!(error instanceof DynamoDBServiceException)) {
        throw new TaskFailure('DynamoDB.SdkClientException', String(error));
      }
      // Errors that DynamoDB's API has no class for are all called the same.
      const isOfClass = error.constructor !== DynamoDBServiceException;
      throw new TaskFailure(
        `DynamoDB.${isOfClass ? error.name : 'AmazonDynamoDBException'}`,
        `${error.message} (Service: AmazonDynamoDBv2; Error Code: ${error.name})`,
      );
    }
  },
});

export const dynamoDb: Integrations = {
  'arn:aws:states:::dynamodb:getItem': itemOperation((client, given) =>
    client.send(new GetItemCommand(given as GetItemCommandInput)),
  ),
  'arn:aws:states:::dynamodb:updateItem': itemOperation((client, given) =>
    client.send(new UpdateItemCommand(given as UpdateItemCommandInput)),
  ),
};
