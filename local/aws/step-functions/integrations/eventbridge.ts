import { randomUUID } from 'node:crypto';
import type { Json } from '../../../states-language/index.ts';
import type { Integration, Integrations } from './integration.ts';

interface PutEventsArguments {
  Entries: { Source: string; DetailType: string; Detail: Json }[];
}

const putEvents: Integration = {
  service: 'EventBridge',
  outages: ['EventBridge.AmazonEventBridgeException'],
  arguments: ['Entries'],
  call: ({ publish }, call) => {
    const { Entries } = call.arguments as unknown as PutEventsArguments;
    for (const { Source, DetailType, Detail, ...others } of Entries) {
      const [other] = Object.keys(others);
      if (other !== undefined) throw new Error(`putEvents is implemented without the field ${other}.`);
      publish({ source: Source, 'detail-type': DetailType, detail: Detail });
    }
    return { Entries: Entries.map(() => ({ EventId: randomUUID() })), FailedEntryCount: 0 };
  },
};

export const eventBridge: Integrations = { 'arn:aws:states:::events:putEvents': putEvents };
