import {
  DeleteItemCommand,
  type DeleteItemCommandInput,
  type DynamoDBClient,
  DynamoDBServiceException,
  GetItemCommand,
  type GetItemCommandInput,
  PutItemCommand,
  type PutItemCommandInput,
} from '@aws-sdk/client-dynamodb';
import { type Json, TaskFailure } from '../../../states-language/index.ts';

type Call = (client: DynamoDBClient, given: object) => Promise<object>;

/** The resources of Task states that read or write an item without a function. Their arguments are DynamoDB's own. */
const calls: Record<string, Call> = {
  'arn:aws:states:::dynamodb:putItem': (client, given) =>
    client.send(new PutItemCommand(given as PutItemCommandInput)),
  'arn:aws:states:::dynamodb:getItem': (client, given) =>
    client.send(new GetItemCommand(given as GetItemCommandInput)),
  'arn:aws:states:::dynamodb:deleteItem': (client, given) =>
    client.send(new DeleteItemCommand(given as DeleteItemCommandInput)),
};

export const isItemResource = (resource: string): boolean => Object.hasOwn(calls, resource);

/** Makes the call as Step Functions' integration of DynamoDB does, its errors named as there. */
export async function callItem(client: DynamoDBClient, resource: string, given: Json): Promise<Json> {
  try {
    const answer = await calls[resource]!(client, given as object);
    return 'Item' in answer && answer.Item !== undefined ? { Item: answer.Item as Json } : {};
  } catch (error) {
    if (error instanceof DynamoDBServiceException) {
      // Errors that DynamoDB's API has no class for are all called the same.
      const isOfClass = error.constructor !== DynamoDBServiceException;
      throw new TaskFailure(
        `DynamoDB.${isOfClass ? error.name : 'AmazonDynamoDBException'}`,
        `${error.message} (Service: AmazonDynamoDBv2; Error Code: ${error.name})`,
      );
    }
    throw new TaskFailure('DynamoDB.SdkClientException', String(error));
  }
}
