import { useState } from 'react';
import { Button } from '../base/button.tsx';
import { inPlace } from '../in-place.ts';
import { useSetting } from '../setting.tsx';
import type { RunListSlot } from '../slot.ts';

const FEW = 12;

/** Links to runs; of those that the list has, with when they began. */
export function RunLinks({
  ids,
  label,
  view,
  show,
  hrefOf,
  list,
}: Pick<RunListSlot, 'view' | 'show' | 'hrefOf' | 'list'> & {
  readonly ids: readonly string[];
  readonly label: string;
}) {
  const { messages, format } = useSetting();
  const [isWhole, setWhole] = useState(false);
  const shown = isWhole ? ids : ids.slice(0, FEW);
  const begunAt = new Map(list.rows.map(({ id, createdAt }) => [id, createdAt]));
  const open = (id: string) =>
    inPlace(() => {
      show({ runId: id });
    });
  return (
    <>
      <ul className="rh-run-links" aria-label={label}>
        {shown.map((id) => (
          <li key={id}>
            <a href={hrefOf({ runId: id })} aria-current={view.runId === id || undefined} onClick={open(id)}>
              {id}
            </a>
            {begunAt.has(id) && <span>{format.short(begunAt.get(id) ?? null)}</span>}
          </li>
        ))}
      </ul>
      {shown.length < ids.length && (
        <Button
          size="small"
          variant="ghost"
          onClick={() => {
            setWhole(true);
          }}
        >
          {messages.overview.failures.more(ids.length - shown.length)}
        </Button>
      )}
    </>
  );
}
