import { FAILURES, whereUsual, type FailureName } from '../sandbox/data/failures.ts';
import type { Fault } from '../sandbox/control/faults.ts';
import type { Sandbox } from '../sandbox/server.ts';
import type { Pages } from '../src/http/pages.ts';
import { ACCOUNTS, type Account } from './accounts.ts';
import { askedOf } from './asked.ts';
import { TROUBLES, type PanelState, type Trouble } from './panel-state.ts';

/** How long the upstream is in trouble. */
const TROUBLE_MS = 20_000;

const FAULTS: Readonly<Record<Trouble, Fault>> = {
  down: { status: 503 },
  resets: { reset: true },
  slow: { delayMs: 3000 },
  limited: { status: 429, retryAfter: 2 },
};

/** Long enough to be seen going on. */
const SHORT_RUN_MS = 4000;
const LONG_RUN_MS = 180_000;
/** The one that has 45 steps. */
export const LONG_WORKFLOW = 'Internal audit trail';

const RUNS = ['succeeds', 'fails', 'long'] as const;

interface RunWish {
  readonly account: Account;
  readonly kind: (typeof RUNS)[number];
  /** Why it fails, where it does. */
  readonly failure?: FailureName;
}

interface ConnectionWish {
  readonly account: Account;
  readonly slug: string;
  /** Whether it is to be made anew; else it expires. */
  readonly works: boolean;
}

const account = { enum: ACCOUNTS } as const;

/** What a request must be like: one that is not is refused before it gets anywhere. */
const SCHEMAS = {
  state: { querystring: objectOf({ account }) },
  run: {
    body: objectOf({ account, kind: { enum: RUNS } }, { failure: { enum: Object.keys(FAILURES) } }),
  },
  upstream: { body: objectOf({}, { trouble: { enum: TROUBLES } }) },
} as const;

function objectOf(
  required: Readonly<Record<string, object>>,
  optional: Readonly<Record<string, object>> = {},
) {
  return {
    type: 'object',
    required: Object.keys(required),
    properties: { ...required, ...optional },
    additionalProperties: false,
  };
}

/** What the panel asks: things that happen to a customer's runs, connections and upstream. */
export function createPanel(sandbox: Sandbox): Pages {
  const slugs = sandbox.connections(ACCOUNTS[0]).map(({ slug }) => slug);
  const connectionSchema = {
    body: objectOf({ account, slug: { enum: slugs }, works: { type: 'boolean' } }),
  };
  let trouble: { readonly kind: Trouble; readonly untilMs: number } | null = null;
  const troubleNow = () => {
    const leftMs = trouble === null ? 0 : trouble.untilMs - performance.now();
    return trouble !== null && leftMs > 0 ? { kind: trouble.kind, leftMs } : null;
  };
  const stateOf = (who: Account): PanelState => ({
    connections: sandbox.connections(who),
    failures: Object.keys(FAILURES),
    trouble: troubleNow(),
    asked: askedOf(sandbox.requests(), performance.now()),
  });
  return (scope) => {
    scope.get<{ Querystring: { account: Account } }>(
      '/demo/sandbox',
      { schema: SCHEMAS.state },
      ({ query }) => stateOf(query.account),
    );
    scope.post<{ Body: RunWish }>('/demo/runs', { schema: SCHEMAS.run }, ({ body }) => ({
      ids: startRun(sandbox, body),
    }));
    scope.post<{ Body: ConnectionWish }>('/demo/connections', { schema: connectionSchema }, ({ body }) => ({
      ids: changeConnection(sandbox, body),
    }));
    scope.post<{ Body: { trouble?: Trouble } }>(
      '/demo/upstream',
      { schema: SCHEMAS.upstream },
      ({ body }) => {
        sandbox.clearFaults();
        const { trouble: kind } = body;
        trouble = kind === undefined ? null : { kind, untilMs: performance.now() + TROUBLE_MS };
        if (kind !== undefined) sandbox.addFault({ ...FAULTS[kind], forMs: TROUBLE_MS });
        return { trouble: troubleNow() };
      },
    );
  };
}

/** Starts a run, and answers its id. One that fails is of an application that mostly fails so, if there is one. */
function startRun(sandbox: Sandbox, { account: who, kind, failure = 'channel_not_found' }: RunWish) {
  const succeeds = { account: who, endStatus: 'COMPLETED', durationMs: SHORT_RUN_MS };
  if (kind === 'succeeds') return sandbox.addExecutions(succeeds);
  if (kind === 'long') {
    return sandbox.addExecutions({ ...succeeds, workflowName: LONG_WORKFLOW, durationMs: LONG_RUN_MS });
  }
  const slug = whereUsual(failure);
  const run = { account: who, durationMs: SHORT_RUN_MS, failure };
  return sandbox.addExecutions(slug === undefined ? run : { ...run, slug });
}

/** Starts a run that needs the connection, to show at once what has become of it, and answers its id. */
function changeConnection(sandbox: Sandbox, { account: who, slug, works }: ConnectionWish) {
  sandbox.connect({ account: who, slug, event: works ? 'Created' : 'Expired' });
  const end = works ? { endStatus: 'COMPLETED' } : {};
  return sandbox.addExecutions({ account: who, slug, durationMs: SHORT_RUN_MS, ...end });
}
