import { GatewayError, mayTryChangeAgain, refusesState } from '../domain/errors.ts';
import type { Clock } from '../clock.ts';
import type { Credential } from '../domain/credential.ts';
import type { BulkKind } from '../domain/bulk.ts';
import type { TraceSpan } from '../observability/trace-span.ts';
import type { Send } from '../upstream/call.ts';
import { createExecutionChanges } from '../upstream/endpoints/execution-changes.ts';
import { startOperation } from '../upstream/operation.ts';
import { UNRESOLVED, type JobItem } from './record.ts';

/** How an item goes on: it is settled, or was not sent and may be tried again, or nothing more can be sent. */
export type Verdict =
  | { readonly settled: Pick<JobItem, 'outcome' | 'newExecutionId' | 'code'> }
  | { readonly retryAfterMs: number }
  | 'SIGNED_OUT';

/** One change on its way. */
export interface Change {
  /** Never rejects. */
  readonly verdict: Promise<Verdict>;
  /** Calls it off, if it still waits for its turn. */
  withdraw(): void;
  /** Waits for its answer no more. */
  cut(): void;
}

/** How long a change may wait for its turn and its answer. */
const CHANGE_MS = 30_000;
/** When to try again what was not sent, unless the failure says. */
export const RETRY_MS = 1000;

/** What a change is about, and who wants it. */
export interface ChangeRequest {
  readonly credential: Credential;
  /** Forwarded upstream. */
  readonly requestId: string;
  /** The job's; null: tracing is off. */
  readonly trace: TraceSpan | null;
  readonly kind: BulkKind;
  readonly executionId: string;
  /** Asked right before it is sent: whether it still may be. */
  readonly maySend: () => boolean;
}

/** Asks upstream for one change, in the background. */
export function startChange(
  { send, clock }: { readonly send: Send; readonly clock: Clock },
  { credential, requestId, trace, kind, executionId, maySend }: ChangeRequest,
): Change {
  const operation = startOperation(clock, {
    requestId,
    trace,
    priority: 'background',
    timeoutMs: CHANGE_MS,
    tooLate: 'The change took too long',
    maySend,
  });
  const execution = createExecutionChanges(
    async (request) => (await send({ ...request, credential, operation })).value,
  );
  const change = async (): Promise<Verdict> => {
    try {
      const newExecutionId =
        kind === 'RERUN'
          ? (await execution.rerun(executionId)).id
          : (await execution.stop(executionId), null);
      return { settled: { outcome: 'SUCCEEDED', newExecutionId, code: null } };
    } catch (error) {
      return verdictOf(error);
    } finally {
      operation.end();
    }
  };
  return {
    verdict: change(),
    withdraw: () => {
      // The ledger counts what has left for upstream.
      if (operation.ledger.calls === 0) operation.expire();
    },
    cut: operation.expire,
  };
}

function verdictOf(error: unknown): Verdict {
  // Whatever is not foreseen may have happened after it was sent.
  if (!(error instanceof GatewayError)) return { settled: { ...UNRESOLVED, code: 'INTERNAL_SERVER_ERROR' } };
  const { code, details } = error;
  if (details.outcome === 'UNKNOWN') return { settled: { ...UNRESOLVED, code } };
  if (code === 'UNAUTHENTICATED') return 'SIGNED_OUT';
  if (mayTryChangeAgain(error)) return { retryAfterMs: details.retryAfterMs ?? RETRY_MS };
  return { settled: { outcome: refusesState(error) ? 'REFUSED' : 'FAILED', newExecutionId: null, code } };
}
