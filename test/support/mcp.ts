import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { DEMO, startGateway, type Setup } from './gateway.ts';
import { JSON_TYPE, post } from './http.ts';

/** What a tool has answered. */
export interface ToolAnswer {
  readonly isError: boolean;
  /** Its texts, one after the other. */
  readonly texts: readonly string[];
  readonly structured: Structured;
  readonly meta: { readonly error: { readonly code: string; readonly retryAfterMs?: number } };
}

/** What the tools tell, each a part of it. */
interface Structured {
  readonly nextCursor: string | null;
  readonly errors: readonly { readonly code: string }[];
  readonly untrusted: {
    readonly runs: readonly { readonly id: string; readonly name: string | null }[];
    readonly steps: readonly Step[];
    readonly step: Step;
    readonly failedStep: Step;
    readonly groups: readonly unknown[];
    readonly similar: object | null;
    readonly output: unknown;
  };
}

interface Step {
  readonly id: string;
  readonly status: string;
}

/** A gateway that assistants may ask, over runs that stand still unless told otherwise. */
export async function startMcp(setup: Setup = {}) {
  const gateway = await startGateway({ ...setup, env: { MCP: 'true', ...setup.env } });
  return { ...gateway, mcp: `${gateway.url}/mcp` };
}

/** How clients agree on a version: those of before 2026-07-28 by a handshake, the others with each message. */
export type Era = 'legacy' | 'modern';

/** Connects the protocol's own client. */
export async function connectClient(
  mcp: string,
  headers: Record<string, string> = DEMO,
  era: Era = 'modern',
) {
  const client = new Client(
    { name: 'test', version: '1.0.0' },
    { versionNegotiation: { mode: era === 'legacy' ? 'legacy' : { pin: '2026-07-28' } } },
  );
  await client.connect(new StreamableHTTPClientTransport(new URL(mcp), { requestInit: { headers } }));
  // The client checks answers against the schemas that it has been told.
  const { tools } = await client.listTools();
  const call = async (name: string, input: Record<string, unknown> = {}): Promise<ToolAnswer> => {
    const { isError, content, structuredContent, _meta } = await client.callTool({ name, arguments: input });
    const texts = content.map((part) => (part.type === 'text' ? part.text : part.type));
    const told = { structured: structuredContent, meta: _meta } as unknown as Pick<
      ToolAnswer,
      'structured' | 'meta'
    >;
    return { isError: isError === true, texts, ...told };
  };
  return { client, tools, call };
}

/** Sends a message as it is, in the way of before 2026-07-28. */
export async function send(mcp: string, message: unknown, headers: Record<string, string> = DEMO) {
  const body = typeof message === 'string' ? message : JSON.stringify(message);
  const { status, headers: answered, text } = await post(mcp, body, { ...JSON_TYPE, ...headers });
  return { status, headers: answered, body: text === '' ? null : (JSON.parse(text) as unknown) };
}

/** A call of a tool as a message. */
export function callOf(name: string, input: unknown = {}, id: unknown = 1) {
  return { jsonrpc: '2.0', id, method: 'tools/call', params: { name, arguments: input } };
}

/** What a text has outside of the marks of what others have written. */
export function outsideMarks(text: string): string {
  return text.replace(/<(untrusted-data-[\da-f]{16})>\n.*?\n<\/\1>/gs, '');
}
