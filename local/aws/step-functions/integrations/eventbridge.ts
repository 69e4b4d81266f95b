import { randomUUID } from 'node:crypto';
import type { Json } from '../../../states-language/index.ts';
import type { Integration } from './integration.ts';

interface PutEventsArguments {
  Entries: { Source: string; DetailType: string; Detail: Json }[];
}

export const putEvents: Integration = {
  service: 'EventBridge',
  outages: ['EventBridge.AmazonEventBridgeException'],
  call: ({ publish }, call) => {
    const { Entries } = call.arguments as unknown as PutEventsArguments;
    for (const { Source, DetailType, Detail } of Entries) {
      publish({ source: Source, 'detail-type': DetailType, detail: Detail });
    }
    return { Entries: Entries.map(() => ({ EventId: randomUUID() })), FailedEntryCount: 0 };
  },
};
