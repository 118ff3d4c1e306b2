import { useSetting } from '../setting.tsx';
import { Icon } from '../base/icon.tsx';
import type { BulkDialogProps } from './bulk-dialog.tsx';
import { useFilterWords } from './filter-words.ts';

/** What the change would be about: how many, which, what is left out, and what it does outside. Nothing was sent yet. */
export function BulkCounted({ asked, change }: BulkDialogProps) {
  const { messages } = useSetting();
  const { change: all } = messages;
  const words = all[asked.kind];
  const count = change.matched ?? 0;
  const filter = useFilterWords('filter' in asked.of ? asked.of.filter : {});
  const lines =
    'filter' in asked.of ? filter : [asked.about === undefined ? all.chosen : all.about(asked.about)];
  return (
    <>
      <p className="rh-bulk-count">{count === 0 ? words.none : words.counted(count)}</p>
      <ul className="rh-bulk-filter">
        {lines.map((line) => (
          <li key={line}>{line}</li>
        ))}
      </ul>
      {asked.isNarrowed && <p className="rh-bulk-note">{words.only}</p>}
      {(asked.skipped ?? 0) > 0 && <p className="rh-bulk-note">{words.skipped(asked.skipped ?? 0)}</p>}
      {'filter' in asked.of && count > 0 && <p className="rh-bulk-note">{all.frozen}</p>}
      {asked.caution !== undefined && (
        <p className="rh-bulk-warning">
          <Icon name="plug" />
          <span>{asked.caution}</span>
        </p>
      )}
      {count > 0 && (
        <p className="rh-bulk-warning">
          <Icon name="warning" />
          <span>{words.warning}</span>
        </p>
      )}
    </>
  );
}
