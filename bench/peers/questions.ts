/** What is asked, in the words of each kind of server. */

export const KINDS = ['q1', 'q2', 'detail'] as const;
/** `q1`: rows with what they embed. `q2`: every look-up too. `detail`: one run with what its steps gave out. */
export type Kind = (typeof KINDS)[number];

/** A question, and how many rows it asks for. */
export interface Cell {
  readonly kind: Kind;
  readonly size: number;
}

/** A request as it is sent, but for its credential. */
export interface Question {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly body: string | null;
}

const ROW = 'id name status createdAt completedAt durationMs source type environment';
const LIST = 'totalCount pageInfo { hasNextPage currentPage totalPages }';
const WORKFLOW = 'id name icon description slug published version environment createdAt updatedAt';
const APPLICATION = 'id name icon slug description type authType tags connected reauthRequired';
const STEP = 'nodeId name type status attempts durationMs output';
const named = 'workflow { id name icon } application { id name icon }';
const lookedUp = `workflow { ${WORKFLOW} } application { ${APPLICATION} }`;

/** In the gateway's own words, which the servers that are programs of ours understand, too. */
const OWN: Readonly<Record<Kind, string>> = {
  q1: `query Runs($page: PageInput) { executions(page: $page) { ${LIST} nodes { ${ROW} ${named} } } }`,
  q2: `query Runs($page: PageInput) { executions(page: $page) { ${LIST} nodes { ${ROW} ${lookedUp} } } }`,
  detail: `query Run($id: ID!) { execution(id: $id) { ${ROW} ${named} nodes { ${STEP} } } }`,
};

const ROW_WIRE =
  '_id name status createdAt completion_time instance_execution_time trigger_application_event type_of_execution environment';
const WORKFLOW_WIRE = '_id name icon description slug published version environment createdAt updatedAt';
const APPLICATION_WIRE = 'app_id name icon slug description type auth_type tags connected reauth_required';
const STEP_WIRE = 'node_id node_name node_type node_status attempts_made execution_time latest_output';
const namedWire = 'associated_workflow { _id name icon } associated_application { _id name icon }';
const lookedUpWire = `workflow { ${WORKFLOW_WIRE} } application { ${APPLICATION_WIRE} }`;
const listWire = (rows: string) =>
  `query Runs($page: Int, $limit: Int) { executions(page: $page, limit: $limit) { totalDocs hasNextPage page totalPages docs { ${rows} } } }`;

/** In the upstream's words: servers that are configured, not written, are spared the translation. */
const WIRE: Readonly<Record<Kind, string>> = {
  q1: listWire(`${ROW_WIRE} ${namedWire}`),
  q2: listWire(`${ROW_WIRE} ${lookedUpWire}`),
  detail: `query Run($id: String!) { execution(id: $id) { ${ROW_WIRE} ${namedWire} nodes { ${STEP_WIRE} } } }`,
};

const post = (query: string, variables: object, operationName: string): Question => ({
  method: 'POST',
  path: '/graphql',
  body: JSON.stringify({ query, variables, operationName }),
});

/** How a kind of server is asked for a cell. */
export type Ask = (cell: Cell, runId: string) => Question;

export const askInOwnWords: Ask = ({ kind, size }, runId) =>
  kind === 'detail'
    ? post(OWN.detail, { id: runId }, 'Run')
    : post(OWN[kind], { page: { number: 1, size } }, 'Runs');

export const askInWireWords: Ask = ({ kind, size }, runId) =>
  kind === 'detail'
    ? post(WIRE.detail, { id: runId }, 'Run')
    : post(WIRE[kind], { page: 1, limit: size }, 'Runs');

/** Without GraphQL: the upstream's own call for the rows, without look-ups. */
export const askForOneCall: Ask = ({ kind, size }, runId) => ({
  method: 'GET',
  path: `/api/v2/public/execution${kind === 'detail' ? `/${runId}` : `?page=1&limit=${String(size)}`}`,
  body: null,
});

interface Named {
  readonly id?: string;
  readonly _id?: string;
  readonly app_id?: string;
  readonly name?: string;
  readonly description?: string;
  readonly slug?: string;
}

interface Step {
  readonly nodeId?: string;
  readonly node_id?: string;
  readonly output?: unknown;
  readonly latest_output?: unknown;
}

interface Row extends Named {
  readonly workflow?: Named;
  readonly application?: Named;
  readonly associated_workflow?: Named;
  readonly associated_application?: Named;
}

interface Rows {
  readonly nodes?: readonly Row[];
  readonly docs?: readonly Row[];
}

interface Run extends Row {
  readonly nodes?: readonly Step[];
}

/** What a server answers: with GraphQL, or as the upstream. */
interface Answer {
  readonly data?: { readonly executions?: Rows; readonly execution?: Run };
  readonly errors?: unknown;
}

/** What an answer tells, in words that all servers share: whoever answers the same tells the same. */
export function factsOf(text: string, { kind }: Cell): unknown {
  const answer = JSON.parse(text) as Answer;
  if (answer.errors !== undefined) throw new Error(`It answers errors: ${text.slice(0, 500)}`);
  if (kind === 'detail') {
    const run = answer.data?.execution ?? (answer as Run);
    const steps = run.nodes?.map((step) => [step.nodeId ?? step.node_id, step.output ?? step.latest_output]);
    return { run: rowFacts(run, kind), steps };
  }
  const list = answer.data?.executions ?? (answer as Rows);
  return (list.nodes ?? list.docs ?? []).map((row) => rowFacts(row, kind));
}

function rowFacts(row: Row, kind: Kind): unknown[] {
  const workflow = row.workflow ?? row.associated_workflow;
  const application = row.application ?? row.associated_application;
  return [
    row.id ?? row._id,
    row.name,
    workflow?.id ?? workflow?._id,
    workflow?.name,
    application?.app_id ?? application?.id ?? application?._id,
    application?.name,
    ...(kind === 'q2' ? [workflow?.description, workflow?.slug, application?.description] : []),
  ];
}
