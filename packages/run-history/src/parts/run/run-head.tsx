import { Fragment, useState, type ReactNode } from 'react';
import { isOpen } from '../../core/run.ts';
import type { Changer } from '../../hooks/use-change.ts';
import type { RunDetail, ShownRun } from '../../hooks/use-run.ts';
import { useSetting } from '../setting.tsx';
import { Status } from '../status.tsx';
import { ChangeButtons } from './change-buttons.tsx';
import { RunDuration } from './run-duration.tsx';

interface HeadProps {
  readonly run: RunDetail;
  readonly live: ShownRun['live'];
  readonly rerun: Changer;
  readonly stop: Changer;
}

/** What a run is and how it is, with what can be done to it. */
export function RunHead({ run, live, rerun, stop }: HeadProps) {
  const { messages } = useSetting();
  return (
    <header className="rh-run-head">
      <div className="rh-run-line">
        <Icon run={run} />
        <h2 className="rh-run-title" tabIndex={-1} data-rh-run-heading="">
          {run.workflow?.name ?? run.name ?? messages.run.untitled}
        </h2>
        <span className="rh-run-changes">
          <ChangeButtons run={run} rerun={rerun} stop={stop} />
        </span>
      </div>
      <div className="rh-run-meta">
        <Status run={run} />
        <Live live={live} />
        <Meta run={run} />
      </div>
      <Progress run={run} />
    </header>
  );
}

/** The picture of the application; nothing where it cannot be loaded. */
function Icon({ run: { application } }: { readonly run: RunDetail }) {
  const [failed, setFailed] = useState<string | null>(null);
  const icon = application?.icon ?? '';
  if (icon === '' || icon === failed) return null;
  return (
    <img
      className="rh-run-icon"
      src={icon}
      alt=""
      onError={() => {
        setFailed(icon);
      }}
    />
  );
}

/** When, how long, and by what, in a line; what is not known is left out. */
function Meta({ run }: { readonly run: RunDetail }) {
  const { messages, format } = useSetting();
  const words = messages.run;
  const parts: readonly (readonly [string, ReactNode])[] = [
    ['application', run.application?.name ?? false],
    [
      'created',
      run.createdAt !== null && (
        <time dateTime={run.createdAt} title={format.ago(run.createdAt)}>
          {format.moment(run.createdAt)}
        </time>
      ),
    ],
    ['duration', <RunDuration key="duration" run={run} />],
    ['source', run.source !== null && words.source[run.source]],
    ['type', run.type !== null && words.type[run.type]],
    ['environment', run.environment !== null && words.environment[run.environment]],
  ];
  return parts.map(([name, part]) => (
    <Fragment key={name}>{part !== false && <span className="rh-run-fact">{part}</span>}</Fragment>
  ));
}

/** Whether what is shown changes by itself. */
function Live({ live }: Pick<ShownRun, 'live'>) {
  const { messages } = useSetting();
  if (live === 'off') return null;
  return (
    <span className="rh-run-live" data-live={live} title={messages.run.liveHelp}>
      {live === 'on' ? messages.run.live : messages.run.lost}
    </span>
  );
}

function Progress({ run }: { readonly run: RunDetail }) {
  const { messages, format } = useSetting();
  const percent = run.completionPercentage;
  if (!isOpen(run) || percent === null) return null;
  const words = messages.run.progress(`${format.number(percent)} %`);
  const length = Math.min(1, Math.max(0, percent / 100));
  return (
    <div className="rh-progress">
      <div
        className="rh-progress-track"
        role="progressbar"
        aria-label={messages.run.progressName}
        aria-valuenow={percent}
        aria-valuemin={0}
        aria-valuemax={100}
        aria-valuetext={words}
      >
        <span
          className="rh-progress-length"
          style={{ '--rh-length': length.toFixed(4) } as React.CSSProperties}
        />
      </div>
      <span className="rh-muted" aria-hidden="true">
        {words}
      </span>
    </div>
  );
}
