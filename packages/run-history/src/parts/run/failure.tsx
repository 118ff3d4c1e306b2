import { useApplications } from '../../hooks/use-overview.ts';
import type { RunDetail, RunStep } from '../../hooks/use-run.ts';
import { hasFailed } from '../../core/run.ts';
import { Button } from '../base/button.tsx';
import { Icon } from '../base/icon.tsx';
import { useSetting } from '../setting.tsx';
import { MarkedText } from './marked-text.tsx';
import { stepNameOf } from './step-name.ts';

/** How long what is known of connections counts as fresh. */
const FRESH_MS = 5000;

interface FailureProps {
  readonly run: RunDetail;
  /** The step that it failed at; null: no step says so. */
  readonly cause: RunStep | null;
  /** Brings a step into view. */
  readonly onShow: (id: string) => void;
  readonly onLookAgain: () => void;
  readonly isLooking: boolean;
}

/** Why a run failed, above everything else of it. Nothing for one that has not. */
export function Failure({ run, cause, onShow, onLookAgain, isLooking }: FailureProps) {
  const { messages, format } = useSetting();
  const words = messages.run;
  if (!hasFailed(run)) return null;
  const { failure, failureKnown } = run;
  const step = cause === null ? failure?.nodeName : stepNameOf(cause, words);
  return (
    <section className="rh-failure" aria-label={words.failure}>
      <div className="rh-failure-head">
        <Icon name="error" />
        <h3 className="rh-failure-step">{step == null ? words.failedSomewhere : words.failedAt(step)}</h3>
        {failure?.code != null && (
          <span className="rh-failure-code">
            <span className="rh-hidden">{words.code}: </span>
            <code>{failure.code}</code>
          </span>
        )}
        {failure?.occurredAt != null && (
          <time
            className="rh-failure-time"
            dateTime={failure.occurredAt}
            title={format.moment(failure.occurredAt)}
          >
            {format.short(failure.occurredAt)}
          </time>
        )}
      </div>
      {failureKnown ? (
        <p className="rh-failure-message">
          {failure?.message == null ? words.noMessage : <MarkedText text={failure.message} />}
        </p>
      ) : (
        <p className="rh-failure-message">
          {words.notKnown}{' '}
          <Button size="small" disabled={isLooking} onClick={onLookAgain}>
            {words.lookAgain}
          </Button>
        </p>
      )}
      <div className="rh-failure-actions">
        {cause !== null && (
          <Button
            size="small"
            icon="arrow-down"
            onClick={() => {
              onShow(cause.id);
            }}
          >
            {words.toStep}
          </Button>
        )}
      </div>
      <Reconnect run={run} />
    </section>
  );
}

/** The application of a failed run whose connection has to be made anew; null: none, as far as is known. */
export function useExpired(run: RunDetail) {
  // A connection that has just expired is what this is about, so that no answer of a minute ago will do.
  const { data } = useApplications({
    isEnabled: hasFailed(run) && run.application !== null,
    freshMs: FRESH_MS,
  });
  const application = data?.find(({ id }) => id === run.application?.id);
  return application?.reauthRequired === true ? application : null;
}

/** Says that the connection has expired, and leads to where it is made anew, where the host says where that is. */
function Reconnect({ run }: { readonly run: RunDetail }) {
  const { messages, onReconnect } = useSetting();
  const application = useExpired(run);
  if (application === null) return null;
  const words = messages.run;
  const name = application.name ?? application.slug ?? run.application?.name ?? '';
  return (
    <div className="rh-reconnect" role="note">
      <Icon name="plug" />
      <p>
        {words.reconnectWhy(name)} {onReconnect === undefined && words.reconnectHow(name)}
      </p>
      {onReconnect !== undefined && (
        <Button
          size="small"
          variant="primary"
          onClick={() => {
            onReconnect({ id: application.id, slug: application.slug, name: application.name });
          }}
        >
          {words.reconnect(name)}
        </Button>
      )}
    </div>
  );
}
