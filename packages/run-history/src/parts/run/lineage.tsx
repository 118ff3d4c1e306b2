import { useState } from 'react';
import { useRun, type RunDetail } from '../../hooks/use-run.ts';
import { Button } from '../base/button.tsx';
import { useSetting } from '../setting.tsx';
import { Status } from '../status.tsx';
import { RunLink } from './run-place.tsx';

/** Which run this one repeats, and which repeat it. Their ids cost nothing; how they ended is looked up when asked for. */
export function Lineage({ run }: { readonly run: RunDetail }) {
  const { messages } = useSetting();
  const [isTold, setTold] = useState(false);
  const words = messages.run;
  const { rerunOf } = run;
  const reruns = run.reruns ?? [];
  const isEmpty = !run.isRerun && rerunOf === null && reruns.length === 0 && run.isChild !== true;
  if (isEmpty) return null;
  return (
    <section className="rh-lineage" aria-label={words.lineage}>
      <h3 className="rh-run-section">{words.lineage}</h3>
      {run.isChild === true && <p>{words.child}</p>}
      {rerunOf !== null && (
        <p>
          {words.rerunOf} <Relative id={rerunOf.id} isTold={isTold} />
        </p>
      )}
      {rerunOf === null && run.isRerun && <p>{words.rerunOfUnknown}</p>}
      {reruns.length > 0 && (
        <div>
          <p>{words.reruns}</p>
          <ul>
            {reruns.map(({ id }) => (
              <li key={id}>
                <Relative id={id} isTold={isTold} />
              </li>
            ))}
          </ul>
        </div>
      )}
      {(rerunOf !== null || reruns.length > 0) && !isTold && (
        <Button
          size="small"
          onClick={() => {
            setTold(true);
          }}
        >
          {words.showOutcomes}
        </Button>
      )}
    </section>
  );
}

function Relative({ id, isTold }: { readonly id: string; readonly isTold: boolean }) {
  return (
    <>
      <RunLink id={id} className="rh-id rh-link">
        {id}
      </RunLink>{' '}
      {isTold && <Outcome id={id} />}
    </>
  );
}

/** How another run ended; where it goes on, as it does. */
function Outcome({ id }: { readonly id: string }) {
  const { messages } = useSetting();
  const { run, phase } = useRun(id);
  if (run !== null) return <Status run={run} />;
  return (
    <span className="rh-muted">
      {phase === 'loading' ? messages.common.loading : messages.common.notKnown}
    </span>
  );
}
