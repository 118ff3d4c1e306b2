import { Status } from '../status.tsx';
import type { RunListSlot } from '../slot.ts';

/** The runs in view. */
export function RunTable({ list }: RunListSlot) {
  return (
    <ul>
      {list.rows.map((run) => (
        <li key={run.id}>
          {run.id} <Status run={run} />
        </li>
      ))}
    </ul>
  );
}
