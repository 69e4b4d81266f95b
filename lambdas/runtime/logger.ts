import { Logger } from '@aws-lambda-powertools/logger';

/** Structured logs. Never give it events, headers or bodies: they hold personnel data and the API key. */
export const logger = new Logger({ serviceName: 'lucca-report-export' });
