import { spawnSync } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Command, Contestant, Place } from '../contestant.ts';
import { askInWireWords } from '../questions.ts';

const PACKAGES = path.join(import.meta.dirname, '..');
const BINARY = path.join(PACKAGES, 'node_modules/@tailcallhq/core-linux-x64-gnu/bin/tailcall');
/** A newer glibc than the machine's, where `glibc.sh` has put one: Tailcall wants 2.39. */
const GLIBC = path.join(PACKAGES, 'glibc/usr/lib/x86_64-linux-gnu');

/** Says in one line why Tailcall does not run here; null where it does. */
export function whatTailcallLacks(): string | null {
  const { command, args } = tailcallCommand(['--version']);
  if (spawnSync(command, args).status === 0) return null;
  return 'Tailcall does not run here: bench/peers/glibc.sh fetches the newer glibc that it wants.';
}

function tailcallCommand(args: readonly string[]): Omit<Command, 'env'> {
  const loader = path.join(GLIBC, 'ld-linux-x86-64.so.2');
  if (!existsSync(loader)) return { command: BINARY, args };
  const libraries = `${GLIBC}:/lib/x86_64-linux-gnu`;
  return { command: loader, args: ['--library-path', libraries, BINARY, ...args] };
}

/** Tailcall, which is configured by a schema and written in Rust. */
export const tailcall: Contestant = {
  title: 'Tailcall',
  ask: askInWireWords,
  speaksGraphql: true,
  command: (place) => {
    const file = path.join(place.folder, 'tailcall.graphql');
    writeFileSync(file, configOf(place));
    return { ...tailcallCommand(['start', file]), env: { TAILCALL_LOG_LEVEL: 'error' } };
  },
};

/**
 * Batches with a key, `batchKey`, are shared among callers, whatever header tells them apart: one caller is answered with
 * what another's credential read. So workflows are looked up by id, each once an operation; for applications, which
 * upstream only lists, there is no other way. One worker, as it has one core. Validation of queries is off, as it is unless
 * asked for. Operations whose calls may all be shared share one execution: they may where that is what is measured.
 */
function configOf({ port, upstreamUrl, work }: Place): string {
  const api = `${upstreamUrl}/api/v2/public`;
  const dedupe = `dedupe: ${String(work === 'shared' || work === 'warm')}`;
  return `
schema
  @server(port: ${String(port)}, hostname: "127.0.0.1", workers: 1, enableJIT: true)
  @upstream(
    allowedHeaders: ["authorization"]
    batch: { headers: ["authorization"], delay: 1, maxSize: 1000 }
    poolMaxIdlePerHost: 64
  ) {
  query: Query
}
type Query {
  executions(page: Int, limit: Int): ExecutionPage
    @http(
      ${dedupe}
      url: "${api}/execution"
      query: [{ key: "page", value: "{{.args.page}}" }, { key: "limit", value: "{{.args.limit}}" }]
    )
  execution(id: String!): Execution @http(url: "${api}/execution/{{.args.id}}", ${dedupe})
}
type ExecutionPage { totalDocs: Int hasNextPage: Boolean page: Int totalPages: Int docs: [Execution] }
type Execution {
  _id: String name: String status: String createdAt: String completion_time: String
  instance_execution_time: Float trigger_application_event: String type_of_execution: String environment: String
  associated_workflow: Named! associated_application: Named! nodes: [Step]
  workflow: Workflow
    @http(
      ${dedupe}
      url: "${api}/workflow/{{.value.associated_workflow.id}}"
    )
  application: Application
    @http(
      ${dedupe}
      url: "${api}/application"
      query: [{ key: "app_id", value: "{{.value.associated_application.id}}" }]
      batchKey: ["app_id"]
    )
}
type Named { _id: String id: String! name: String icon: String }
type Step {
  node_id: String node_name: String node_type: String node_status: String attempts_made: Int execution_time: Float
  latest_output: JSON
}
type Workflow {
  _id: String name: String icon: String description: String slug: String published: Boolean version: Int
  environment: String createdAt: String updatedAt: String
}
type Application {
  app_id: String name: String icon: String slug: String description: String type: String auth_type: String
  tags: [String] connected: Boolean reauth_required: Boolean
}
`;
}
