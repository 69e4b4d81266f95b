import { Duration } from 'aws-cdk-lib';

/** For how long EventBridge tries to deliver an occurrence or an event, before it goes to the dead-letter queue. */
export const delivery = { maxEventAge: Duration.hours(24), retryAttempts: 185 };
