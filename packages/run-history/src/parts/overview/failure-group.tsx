import { useId, useState } from 'react';
import type { ApplicationOption, RunFailures } from '../../hooks/use-overview.ts';
import { Button } from '../base/button.tsx';
import { Icon } from '../base/icon.tsx';
import { useBulkChanges } from '../change/bulk-changes.tsx';
import { useSetting } from '../setting.tsx';
import type { RunListSlot } from '../slot.ts';
import { RunLinks } from './run-links.tsx';

/** Runs that failed alike. */
type Group = RunFailures['groups'][number];

/** One reason: how often, where, since when; its runs when it is opened; and what can be done. */
export function FailureGroup({
  group,
  application,
  ...slot
}: RunListSlot & {
  readonly group: Group;
  /** The application of its newest run, where it is known. */
  readonly application: ApplicationOption | null;
}) {
  const { messages, format, has } = useSetting();
  const words = messages.overview.failures;
  const { begin } = useBulkChanges();
  const [isOpen, setOpen] = useState(false);
  const id = useId();
  const reason = group.message ?? words.noReason;
  const broken = application?.reauthRequired === true ? application : null;
  const canRerun = has('rerun') && has('bulk');
  return (
    <li className="rh-cause" data-open={isOpen || undefined}>
      <div className="rh-cause-row">
        <button
          type="button"
          className="rh-cause-toggle"
          aria-expanded={isOpen}
          aria-controls={id}
          onClick={() => {
            setOpen(!isOpen);
          }}
        >
          <Icon name={isOpen ? 'chevron-down' : 'chevron-right'} />
          <span className="rh-cause-count">{words.count(group.count)}</span>
          <span className="rh-cause-reason" title={reason} data-known={group.message !== null || undefined}>
            {reason}
          </span>
        </button>
        <GroupPlace group={group} broken={broken} />
        <span
          className="rh-cause-when"
          title={`${format.moment(group.firstSeen)} – ${format.moment(group.lastSeen)}`}
        >
          {format.ago(group.lastSeen)}
        </span>
        <span className="rh-cause-actions">
          {broken !== null && <Reconnect application={broken} />}
          {canRerun && (
            <Button
              size="small"
              variant="ghost"
              className="rh-cause-rerun"
              icon="rerun"
              onClick={() => {
                begin({
                  kind: 'RERUN',
                  of: { ids: group.executionIds },
                  about: reason,
                  rows: slot.list.rows,
                  caution: broken === null ? undefined : words.reconnect(nameOf(broken)),
                });
              }}
            >
              {words.rerun(group.count)}
            </Button>
          )}
        </span>
      </div>
      <div id={id} className="rh-cause-more" hidden={!isOpen}>
        {isOpen && (
          <>
            <p className="rh-cause-message">{reason}</p>
            <p className="rh-cause-seen">
              {words.seen(format.short(group.firstSeen), format.short(group.lastSeen))}
            </p>
            <RunLinks {...slot} ids={group.executionIds} label={words.runs(reason)} />
          </>
        )}
      </div>
    </li>
  );
}

/** Where they failed; or that the connection there is broken, which comes first. */
function GroupPlace({ group, broken }: { readonly group: Group; readonly broken: ApplicationOption | null }) {
  const words = useSetting().messages.overview.failures;
  if (broken !== null) {
    return (
      <span className="rh-cause-where" data-broken="">
        <Icon name="plug" />
        <span>{words.isBroken(nameOf(broken))}</span>
      </span>
    );
  }
  const step = group.nodeName === null ? null : words.atStep(group.nodeName);
  const where = group.workflow?.name ?? group.sample.application?.name ?? null;
  return (
    <span className="rh-cause-where">
      <span>{[where, step].filter((part) => part !== null).join(', ')}</span>
    </span>
  );
}

/** Leads to the host's page that mends the connection, where there is one. */
function Reconnect({ application }: { readonly application: ApplicationOption }) {
  const { messages, onReconnect } = useSetting();
  const words = messages.overview.failures;
  if (onReconnect === undefined) return null;
  return (
    <Button
      size="small"
      variant="ghost"
      icon="plug"
      aria-label={words.reconnectButton(nameOf(application))}
      onClick={() => {
        onReconnect({ id: application.id, slug: application.slug, name: application.name });
      }}
    >
      {words.reconnectShort}
    </Button>
  );
}

function nameOf({ name, slug, id }: ApplicationOption): string {
  return name ?? slug ?? id;
}
