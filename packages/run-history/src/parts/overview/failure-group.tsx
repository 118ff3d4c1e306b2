import { useId, useState, type CSSProperties } from 'react';
import type { ApplicationOption, RunFailures } from '../../hooks/use-overview.ts';
import { Button } from '../base/button.tsx';
import { Icon } from '../base/icon.tsx';
import { useBulkChanges } from '../change/bulk-changes.tsx';
import { useSetting } from '../setting.tsx';
import type { RunListSlot } from '../slot.ts';
import { Reconnect } from './reconnect.tsx';
import { RunLinks } from './run-links.tsx';

/** Runs that failed alike. */
type Group = RunFailures['groups'][number];

/** One reason: how often, where, since when; its runs when it is opened; and what can be done. */
export function FailureGroup({
  group,
  most,
  application,
  ...slot
}: RunListSlot & {
  readonly group: Group;
  /** How many runs the largest group has. */
  readonly most: number;
  /** The application of its newest run, where it is known. */
  readonly application: ApplicationOption | null;
}) {
  const { messages, format, has } = useSetting();
  const words = messages.overview.failures;
  const { begin } = useBulkChanges();
  const [isOpen, setOpen] = useState(false);
  const id = useId();
  const reason = group.message ?? words.noReason;
  const canRerun = has('rerun') && has('bulk');
  return (
    <li className="rh-failure" data-open={isOpen || undefined}>
      <div className="rh-failure-row">
        <button
          type="button"
          className="rh-failure-toggle"
          aria-expanded={isOpen}
          aria-controls={id}
          onClick={() => {
            setOpen(!isOpen);
          }}
        >
          <Icon name={isOpen ? 'chevron-down' : 'chevron-right'} />
          <span
            className="rh-failure-count"
            style={{ '--rh-failure-share': group.count / most } as CSSProperties}
          >
            {words.count(group.count)}
          </span>
          <span className="rh-failure-reason" data-known={group.message !== null || undefined}>
            {reason}
          </span>
        </button>
        <span className="rh-failure-where">
          {[
            group.workflow?.name ?? group.sample.application?.name,
            group.nodeName === null ? null : words.atStep(group.nodeName),
          ]
            .filter((part) => part != null)
            .join(', ')}
        </span>
        <span
          className="rh-failure-when"
          title={`${format.moment(group.firstSeen)} – ${format.moment(group.lastSeen)}`}
        >
          {format.ago(group.lastSeen)}
        </span>
        {canRerun && (
          <Button
            size="small"
            icon="rerun"
            onClick={() => {
              begin({ kind: 'RERUN', of: { ids: group.executionIds }, about: reason });
            }}
          >
            {words.rerun(group.count)}
          </Button>
        )}
      </div>
      {application?.reauthRequired === true && <Reconnect application={application} />}
      <div id={id} className="rh-failure-more" hidden={!isOpen}>
        {isOpen && (
          <>
            <p className="rh-failure-message">{reason}</p>
            <p className="rh-failure-seen">
              {words.seen(format.short(group.firstSeen), format.short(group.lastSeen))}
            </p>
            <RunLinks {...slot} ids={group.executionIds} label={words.runs(reason)} />
          </>
        )}
      </div>
    </li>
  );
}
