import { readFileSync } from 'node:fs';
import {
  createMcpHandler,
  isLegacyRequest,
  WebStandardStreamableHTTPServerTransport,
} from '@modelcontextprotocol/server';
import type { FormattedExecutionResult } from 'graphql';
import { logDefect, type Logger } from '../observability/logger.ts';
import { ToolFailure, type Ask, type Question } from './tool.ts';
import { createToolServers, type BuildToolServer, type Caller } from './tool-server.ts';

/** A message of a client, which came with a POST. */
export interface McpMessage {
  /** What came as JSON. */
  readonly body: unknown;
  /** The headers that belong to the protocol. */
  readonly headers: Readonly<Record<string, string>>;
  /** For the log. */
  readonly requestId: string;
  /** Asks a question as the caller. */
  readonly ask: (question: Question) => Promise<FormattedExecutionResult>;
}

/** What is answered, as JSON. */
export interface McpAnswer {
  readonly status: number;
  readonly text: string;
  /** Whether upstream has refused the caller's credentials. */
  readonly isUnauthenticated: boolean;
}

/** Answers the messages of clients. There are no sessions: each stands alone, and none is waited for by another. */
export type AnswerMcp = (message: McpMessage) => Promise<McpAnswer>;

/** Builds what does so, with the SDK of the protocol. */
export function createMcp(logger: Logger): AnswerMcp {
  const buildServer = createToolServers(versionOf(new URL('../../package.json', import.meta.url)));
  return async ({ body, headers, requestId, ask }) => {
    let isUnauthenticated = false;
    let reported: unknown = null;
    const onDefect = (error: unknown) => {
      logDefect(logger, error, { requestId });
    };
    const caller: Caller = {
      ask: askWith(ask),
      onFailure: (code) => {
        isUnauthenticated ||= code === 'UNAUTHENTICATED';
      },
      onDefect,
    };
    const onReport = (error: Error) => {
      reported = error;
    };
    const response = await serve(body, headers, () => buildServer(caller), onReport);
    // What is reported is mostly the client's mistake.
    if (response.status >= 500) onDefect(reported);
    return { status: response.status, text: await response.text(), isUnauthenticated };
  };
}

/** What the SDK looks at, of which it reads nothing but the method and the headers. */
const ADDRESS = 'http://gateway/mcp';

/**
 * Has the SDK answer. Since 2026-07-28 each message says itself what clients had agreed on before; those of before are
 * taken as well. Either way the answer is JSON at once, and no stream: nothing is told before the end.
 */
async function serve(
  body: unknown,
  headers: Readonly<Record<string, string>>,
  buildServer: () => ReturnType<BuildToolServer>,
  onerror: (error: Error) => void,
): Promise<Response> {
  const request = new Request(ADDRESS, { method: 'POST', headers });
  if (!(await isLegacyRequest(request, body))) {
    return createMcpHandler(buildServer, { legacy: 'reject', maxSubscriptions: 0, onerror }).fetch(request, {
      parsedBody: body,
    });
  }
  const server = buildServer();
  const transport = new WebStandardStreamableHTTPServerTransport({ enableJsonResponse: true });
  try {
    await server.connect(transport);
    return await transport.handleRequest(request, { parsedBody: body });
  } finally {
    await server.close();
  }
}

/** Asks, and throws what was refused as a whole. */
function askWith(ask: McpMessage['ask']): Ask {
  return async (question) => {
    const { data, errors = [] } = await ask(question);
    const [first] = errors;
    if (data === null || data === undefined) {
      throw first === undefined
        ? new Error('An operation was answered with nothing')
        : new ToolFailure(first);
    }
    // What it has, the types that were generated from the document say.
    return { data: data as never, errors };
  };
}

function versionOf(manifest: URL): string {
  const { version } = JSON.parse(readFileSync(manifest, 'utf8')) as { readonly version: string };
  return version;
}
