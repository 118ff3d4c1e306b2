import type { ReactNode } from 'react';
import { isOpen } from '../../core/run.ts';
import type { RunDetail } from '../../hooks/use-run.ts';
import { CopyButton } from '../copy.tsx';
import { useSetting } from '../setting.tsx';

/** When a run began and ended, and its ids, to be copied. What there is none of is left out. */
export function Facts({ run }: { readonly run: RunDetail }) {
  const { messages } = useSetting();
  const words = messages.run;
  const names = words.fact;
  return (
    <section className="rh-run-part" aria-label={words.facts}>
      <h3 className="rh-run-section">{words.facts}</h3>
      <dl className="rh-facts">
        <Id name={names.run} id={run.id} />
        <Id name={names.event} id={run.eventId} />
        <Id name={names.config} id={run.configId} />
        <Id name={names.linkedAccount} id={run.linkedAccountId} />
        <Fact name={names.created}>
          <Moment iso={run.createdAt} />
        </Fact>
        {!isOpen(run) && (
          <Fact name={names.ended}>
            <Moment iso={run.completedAt} />
          </Fact>
        )}
      </dl>
    </section>
  );
}

function Fact({ name, children }: { readonly name: string; readonly children: ReactNode }) {
  return (
    <div className="rh-fact">
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}

function Id({ name, id }: { readonly name: string; readonly id: string | null }) {
  const { messages } = useSetting();
  if (id === null || id === '') return null;
  return (
    <Fact name={name}>
      <code className="rh-id">{id}</code>
      <CopyButton text={id} label={messages.run.copy(name)} />
    </Fact>
  );
}

/** A moment with its zone, and how long ago that is. */
function Moment({ iso }: { readonly iso: string | null }) {
  const { messages, format } = useSetting();
  if (iso === null) return messages.common.notKnown;
  return (
    <time dateTime={iso} title={format.ago(iso)}>
      {format.moment(iso)}
    </time>
  );
}
