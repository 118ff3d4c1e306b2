import { useMemo, useState } from 'react';
import { FAILED_STATUSES } from '../../core/run.ts';
import { useApplications, useFailures } from '../../hooks/use-overview.ts';
import { Button } from '../base/button.tsx';
import { Icon } from '../base/icon.tsx';
import { Skeleton } from '../base/skeleton.tsx';
import type { AllMessages } from '../messages.ts';
import { useSetting } from '../setting.tsx';
import type { RunListSlot } from '../slot.ts';
import { FailureGroup } from './failure-group.tsx';
import { useFollow, useHappened } from './use-follow.ts';
import { useIsWide } from './use-is-wide.ts';

/** So many groups are shown at first. */
const FEW = 3;

/** What goes wrong most, by reason; each reason can be opened, and acted upon. Nothing where nothing has failed. */
export function FailureGroups(slot: RunListSlot) {
  const { filter, list } = slot;
  const { messages, has } = useSetting();
  const words = messages.overview.failures;
  const wanted = useMemo(() => failedOf(filter), [filter]);
  const isOn = has('failures') && wanted !== null && list.phase === 'ready';
  const asked = useFailures(wanted ?? {}, { isEnabled: isOn, freshMs: 10_000 });
  const happened = useHappened(slot);
  useFollow(asked.reload, { ...happened, isOn: isOn && list.live === 'on' }, 30_000);
  const groups = asked.data?.groups ?? [];
  const applications = useApplications({ isEnabled: isOn && groups.length > 0 });
  // Other failures may be those of a connection that has just broken.
  useFollow(applications.reload, { happened: asked.data, list: happened.list, isOn: groups.length > 0 });
  const isWide = useIsWide(slot.scroller, 700);
  const [choice, setOpen] = useState<boolean | null>(null);
  const [isWhole, setWhole] = useState(false);
  if (!has('failures') || wanted === null || list.phase === 'failed') return null;
  const isOpen = choice ?? isWide;
  const isLoading = asked.data === null && asked.phase !== 'failed';
  const shown = isWhole ? groups : groups.slice(0, FEW);
  return (
    <section
      className="rh-failures"
      aria-label={words.title}
      aria-busy={asked.isAsking}
      data-earlier={asked.isEarlier || undefined}
    >
      <FailuresHead asked={asked} isOpen={isOpen} setOpen={setOpen} isWhole={isWhole} setWhole={setWhole} />
      {isOpen && isLoading && (
        <div className="rh-failures-skeleton" aria-hidden="true">
          <Skeleton width="40%" height="1em" />
          <Skeleton width="55%" height="1em" />
          <Skeleton width="35%" height="1em" />
        </div>
      )}
      {isOpen && shown.length > 0 && (
        <ul className="rh-failures-list">
          {shown.map((group) => (
            <FailureGroup
              // The same while its runs change, so that what was opened stays so.
              key={group.fingerprint}
              {...slot}
              group={group}
              application={applications.data?.find(({ id }) => id === group.sample.application?.id) ?? null}
            />
          ))}
        </ul>
      )}
    </section>
  );
}

interface FailuresHeadProps {
  readonly asked: ReturnType<typeof useFailures>;
  readonly isOpen: boolean;
  readonly setOpen: (isOpen: boolean) => void;
  /** Whether all groups are shown. */
  readonly isWhole: boolean;
  readonly setWhole: (isWhole: boolean) => void;
}

/** What there is, in a line, and what can be done with all of it. */
function FailuresHead({ asked, isOpen, setOpen, isWhole, setWhole }: FailuresHeadProps) {
  const { messages } = useSetting();
  const words = messages.overview.failures;
  const count = asked.data?.groups.length ?? 0;
  const partial = isOpen && asked.data?.partial === true;
  return (
    <header className="rh-failures-head">
      <h3 className="rh-failures-title">
        <button
          type="button"
          aria-expanded={isOpen}
          onClick={() => {
            setOpen(!isOpen);
          }}
        >
          <Icon name={isOpen ? 'chevron-down' : 'chevron-right'} />
          {words.title}
        </button>
      </h3>
      <span className="rh-failures-summary">{summaryOf(asked, isOpen, messages)}</span>
      {(partial || asked.phase === 'failed') && (
        <Button
          size="small"
          variant="ghost"
          disabled={asked.isAsking}
          isFocusableWhenDisabled
          onClick={asked.reload}
        >
          {partial ? words.lookAtMore : messages.common.retry}
        </Button>
      )}
      {isOpen && count > FEW && (
        <Button
          size="small"
          variant="ghost"
          aria-expanded={isWhole}
          onClick={() => {
            setWhole(!isWhole);
          }}
        >
          {isWhole ? words.fewer : words.all(count)}
        </Button>
      )}
    </header>
  );
}

function summaryOf(
  { data, phase }: FailuresHeadProps['asked'],
  isOpen: boolean,
  { overview: { failures: words }, common }: AllMessages,
): string {
  if (data === null) return phase === 'failed' ? common.otherProblem : words.loading;
  if (data.groups.length === 0) return words.none;
  const summary = words.summary(data.examined, data.groups.length);
  return isOpen && data.partial ? `${summary} ${words.partial}` : summary;
}

/** The filter, narrowed to failed runs; null where it shows none of them. */
function failedOf({ status, ...rest }: RunListSlot['filter']): RunListSlot['filter'] | null {
  if (status == null || status.length === 0) return rest;
  const failed = FAILED_STATUSES.filter((one) => status.includes(one));
  return failed.length === 0 ? null : { ...rest, status: failed };
}
