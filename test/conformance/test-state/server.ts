import type { IncomingMessage } from 'node:http';
import type { TestStateCommandInput } from '@aws-sdk/client-sfn';
import { type HttpServer, serve } from '../../../local/aws/http-server.ts';
import type { Answer } from './compare-answer.ts';
import { answerRequest } from './server-answer.ts';
import { RequestError } from './server-checks.ts';

export interface TestStateServer extends HttpServer {
  requests: TestStateCommandInput[];
}

export interface ServerOptions {
  /** Has the server answer something else than it would. */
  change?: (answer: Answer, request: TestStateCommandInput) => Answer;
  /** Errors that the first requests get instead of an answer. */
  errors?: RequestError[];
  /** Told of each request before it is answered. */
  onRequest?: () => void;
}

/** A service that speaks TestState as AWS documents it, and knows of a state only what a request says. */
export async function serveTestState(options: ServerOptions = {}): Promise<TestStateServer> {
  const { change = (answer) => answer, onRequest = () => {} } = options;
  const errors = [...(options.errors ?? [])];
  const requests: TestStateCommandInput[] = [];

  async function answerTo(target: string | undefined, body: string): Promise<Answer> {
    if (target !== 'AWSStepFunctions.TestState') throw new RequestError('UnknownOperationException', '');
    const request = JSON.parse(body) as TestStateCommandInput;
    requests.push(request);
    onRequest();
    const error = errors.shift();
    if (error !== undefined) throw error;
    return change(await answerRequest(request), request);
  }

  const server = await serve(async (request, response) => {
    const type = { 'content-type': 'application/x-amz-json-1.0' };
    try {
      const answer = await answerTo(
        request.headers['x-amz-target'] as string | undefined,
        await read(request),
      );
      response.writeHead(200, type).end(JSON.stringify(answer));
    } catch (error) {
      if (!(error instanceof RequestError)) throw error;
      const { type: __type, message } = error;
      response.writeHead(400, type).end(JSON.stringify({ __type, message }));
    }
  });
  return { ...server, requests };
}

async function read(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}
