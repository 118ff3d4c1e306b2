import { McpServer, type CallToolResult, type StandardSchemaWithJSON } from '@modelcontextprotocol/server';
import type { GraphQLFormattedError } from 'graphql';
import { z } from 'zod';
import { explainRun } from './explain-run.ts';
import { failureSummary } from './failure-summary.ts';
import { getStep } from './get-step.ts';
import { listRuns } from './list-runs.ts';
import { ToolFailure, type Ask, type Tool } from './tool.ts';
import { betweenMarks, NOTICE } from './untrusted.ts';

/** What the tools of one request are answered with. */
export interface Caller {
  readonly ask: Ask;
  /** Is told of each failure, by its code. */
  readonly onFailure: (code: unknown) => void;
  /** Is told of what is no failure but a defect. */
  readonly onDefect: (error: unknown) => void;
}

/** Builds what answers one request: the SDK wants a server for each. */
export type BuildToolServer = (caller: Caller) => McpServer;

/**
 * The versions of the protocol that are spoken. Older ones have no structured answers, and must take batches, one of
 * which could ask for any number of operations.
 */
const VERSIONS = ['2026-07-28', '2025-11-25', '2025-06-18'];

const INSTRUCTIONS = [
  'Tells of the runs of workflows of one account: which there are, how they went, and why they failed. It only reads.',
  'Begin with list_runs where you do not know the id of the run. explain_run says why one failed, failure_summary what fails most, get_step what a step was sent and gave out.',
  NOTICE,
  'A tool that fails says its code first: after RATE_LIMITED and OVERLOADED ask again when the text says so; after COST_LIMIT_EXCEEDED ask for less.',
].join('\n\n');

const error = z.object({
  code: z.string(),
  message: z.string(),
  retryAfterMs: z.number().optional().describe('When asking again can succeed.'),
});

/** Builds what builds them: what is the same for every request is made once. */
export function createToolServers(version: string): BuildToolServer {
  const tools = [listRuns, explainRun, failureSummary, getStep].map(publishedOf);
  return (caller) => {
    const server = new McpServer(
      { name: 'refold-gateway', title: 'Run history', version },
      {
        instructions: INSTRUCTIONS,
        supportedProtocolVersions: VERSIONS,
        capabilities: { tools: { listChanged: false } },
      },
    );
    for (const { tool, published } of tools) {
      server.registerTool(tool.name, published, (input: unknown) => resultOf(tool, input, caller));
    }
    return server;
  };
}

/** A tool, and what clients are told of it. */
function publishedOf(tool: Tool) {
  const { title, description, input, untrusted, own = {} } = tool;
  const output = z.object({
    summary: z.string().describe('In the gateway’s own words.'),
    ...own,
    untrusted: untrusted.describe(NOTICE),
    errors: z.array(error).describe('What could not be told, and why.'),
  });
  const published = {
    title,
    description,
    inputSchema: described(input),
    outputSchema: described(output),
    annotations: { readOnlyHint: true, destructiveHint: false, idempotentHint: true, openWorldHint: true },
  };
  return { tool, published };
}

/** A schema as clients are told of it. Inputs are checked where a tool runs: what is refused has a code. */
function described(schema: z.ZodType): StandardSchemaWithJSON {
  const input = z.toJSONSchema(schema, { io: 'input' });
  const output = z.toJSONSchema(schema, { io: 'output' });
  const jsonSchema = { input: () => input, output: () => output };
  return {
    '~standard': { version: 1, vendor: 'refold-gateway', validate: (value) => ({ value }), jsonSchema },
  };
}

async function resultOf(tool: Tool, given: unknown, caller: Caller): Promise<CallToolResult> {
  try {
    const { summary, untrusted, own, errors } = await tool.run(inputOf(tool, given), caller.ask);
    const told = errors.map(({ message, extensions }) => toldOf(message, extensions ?? {}));
    const words = [summary, ...(told.length === 0 ? [] : ['Not all could be told:', ...told.map(textOf)])];
    return {
      content: [
        { type: 'text', text: `${words.join(' ')}\n\n${NOTICE}` },
        { type: 'text', text: betweenMarks(untrusted) },
      ],
      structuredContent: { summary, ...own, untrusted, errors: told },
    };
  } catch (thrown) {
    return failureOf(thrown, caller);
  }
}

/** @throws ToolFailure where the input is not as it has to be */
function inputOf({ input }: Tool, given: unknown) {
  const read = input.safeParse(given ?? {});
  if (read.success) return read.data;
  const [issue] = read.error.issues;
  const place = issue?.path.join('.') ?? '';
  const message = `${place === '' ? 'The input' : place}: ${issue?.message ?? 'is wrong'}`;
  throw new ToolFailure({ message: message.slice(0, 500), extensions: { code: 'BAD_USER_INPUT' } });
}

/** A tool that could not answer. Of a defect nothing is told. */
function failureOf(thrown: unknown, { onFailure, onDefect }: Caller): CallToolResult {
  if (!(thrown instanceof ToolFailure)) onDefect(thrown);
  const { message, details } = thrown instanceof ToolFailure ? thrown : DEFECT;
  onFailure(details['code']);
  return {
    isError: true,
    content: [{ type: 'text', text: textOf(toldOf(message, details)) }],
    _meta: { error: details },
  };
}

const DEFECT = new ToolFailure({
  message: 'Something went wrong here',
  extensions: { code: 'INTERNAL_SERVER_ERROR' },
});

function toldOf(
  message: string,
  details: NonNullable<GraphQLFormattedError['extensions']>,
): z.output<typeof error> {
  const { code, retryAfterMs } = details;
  return {
    code: typeof code === 'string' ? code : 'INTERNAL_SERVER_ERROR',
    message,
    ...(typeof retryAfterMs === 'number' && { retryAfterMs }),
  };
}

function textOf({ code, message, retryAfterMs }: z.output<typeof error>): string {
  const when = retryAfterMs === undefined ? '' : ` Ask again in ${String(retryAfterMs)} ms.`;
  return `${code}: ${message}.${when}`;
}
