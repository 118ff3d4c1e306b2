import { useState } from 'react';
import type { PanelState, Trouble } from '../panel-state.ts';
import { Asked } from './asked.tsx';
import { changeConnection, startRun, troubleUpstream } from './sandbox.ts';
import { useSandbox, type SandboxNow } from './use-sandbox.tsx';

/** Lets one cause things at the emulated upstream, and shows what it is asked meanwhile. */
export function Panel({ account, isShown, id }: { account: string; isShown: boolean; id: string }) {
  const { state, isGone, act } = useSandbox(account, isShown);
  return (
    <aside className="demo-panel" id={id} aria-labelledby={`${id}-title`} hidden={!isShown}>
      <h2 id={`${id}-title`}>The sandbox behind it</h2>
      <p className="demo-hint" role="status">
        {isGone
          ? 'The demo does not answer. Is it still running?'
          : 'It emulates Refold. Cause something, and look at the runs.'}
      </p>
      {state !== null && (
        <>
          <StartRun account={account} failures={state.failures} act={act} />
          <Connection account={account} connections={state.connections} act={act} />
          <Upstream trouble={state.trouble} act={act} />
          <Asked {...state.asked} />
        </>
      )}
    </aside>
  );
}

type Act = Pick<SandboxNow, 'act'>;

function StartRun({ account, failures, act }: Act & { account: string; failures: readonly string[] }) {
  const [failure, setFailure] = useState(failures[0] ?? '');
  const start = (...what: [kind: 'succeeds' | 'fails' | 'long', failure?: string]) => {
    act(() => startRun(account, ...what));
  };
  return (
    <section>
      <h3>Start a run</h3>
      <div className="demo-row">
        <button
          type="button"
          onClick={() => {
            start('succeeds');
          }}
        >
          Succeeding run
        </button>
        <button
          type="button"
          onClick={() => {
            start('long');
          }}
        >
          Long run, 45 steps
        </button>
      </div>
      <div className="demo-row">
        <select
          aria-label="Why it fails"
          value={failure}
          onChange={(event) => {
            setFailure(event.target.value);
          }}
        >
          {failures.map((name) => (
            <option key={name} value={name}>
              {name.replaceAll('_', ' ')}
            </option>
          ))}
        </select>
        <button
          type="button"
          onClick={() => {
            start('fails', failure);
          }}
        >
          Failing run
        </button>
      </div>
    </section>
  );
}

function Connection({
  account,
  connections,
  act,
}: Act & { account: string } & Pick<PanelState, 'connections'>) {
  const [slug, setSlug] = useState('hubspot');
  const chosen = connections.find((one) => one.slug === slug);
  const works = chosen?.connected === true && !chosen.reauthRequired;
  return (
    <section>
      <h3>Connection to an application</h3>
      <p className="demo-hint">Runs fail while it is broken. Mended, they can be run again.</p>
      <div className="demo-row">
        <select
          aria-label="Application"
          value={slug}
          onChange={(event) => {
            setSlug(event.target.value);
          }}
        >
          {connections.map((one) => (
            <option key={one.slug} value={one.slug}>
              {one.name}
              {one.reauthRequired ? ', broken' : one.connected ? '' : ', not connected'}
            </option>
          ))}
        </select>
        <button
          type="button"
          onClick={() => {
            act(() => changeConnection(account, slug, !works));
          }}
        >
          {works ? 'Break' : chosen?.connected === true ? 'Mend' : 'Connect'}
        </button>
      </div>
    </section>
  );
}

const TROUBLES: readonly (readonly [kind: Trouble, button: string, status: string])[] = [
  ['down', 'Down', 'Every request is answered with 503.'],
  ['resets', 'Cut off', 'Every connection is cut.'],
  ['slow', 'Slow', 'Every answer takes 3 seconds more.'],
  ['limited', 'Rate limit', 'Every request is answered with 429.'],
];

function Upstream({ trouble, act }: Act & Pick<PanelState, 'trouble'>) {
  const status = TROUBLES.find(([kind]) => kind === trouble?.kind)?.[2] ?? 'It is well.';
  return (
    <section>
      <h3>The upstream, for 20 seconds</h3>
      <div className="demo-row">
        {TROUBLES.map(([kind, button]) => (
          <button
            key={kind}
            type="button"
            aria-pressed={trouble?.kind === kind}
            onClick={() => {
              act(() => troubleUpstream(kind));
            }}
          >
            {button}
          </button>
        ))}
      </div>
      <div className="demo-row">
        <span role="status">{status}</span>
        {trouble !== null && (
          <>
            <span role="timer">{Math.ceil(trouble.leftMs / 1000)} s left</span>
            <button
              type="button"
              onClick={() => {
                act(() => troubleUpstream(null));
              }}
            >
              Mend now
            </button>
          </>
        )}
      </div>
    </section>
  );
}
