import { Progress } from '@base-ui/react/progress';
import { useEffect, useRef, useState } from 'react';
import type { RunFilter } from '../../core/run.ts';
import type { SortDirection } from '../../documents/generated.ts';
import { useExport, type Exporter } from '../../hooks/use-export.ts';
import { Button } from '../base/button.tsx';
import { Dialog } from '../base/dialog.tsx';
import { Icon } from '../base/icon.tsx';
import { useSetting } from '../setting.tsx';
import { useFilterWords } from './filter-words.ts';
import { saveFile } from '../save-file.ts';

/** A file that somebody asks for; its filter is frozen. */
export interface ExportWish {
  readonly kind: 'CSV' | 'JSON';
  readonly filter: RunFilter;
  readonly sort: SortDirection;
}

/** Reads the list to its end, saves it, and says how much of it is in the file. */
export function ExportDialog({ wish, onClose }: { readonly wish: ExportWish; readonly onClose: () => void }) {
  const { messages } = useSetting();
  const { change, common } = messages;
  const words = change.export;
  const file = useExport(wish.filter, wish.sort);
  const { start, phase } = file;
  useEffect(start, [start]);
  const [name, setName] = useState<string | null>(null);
  const save = () => {
    setName(saveAs(wish.kind, file));
  };
  useWhenReady(phase === 'ready' && file.cut?.why !== 'ABORTED', save);
  return (
    <Dialog
      isOpen
      onOpenChange={onClose}
      isDismissible={false}
      title={words.title(wish.kind)}
      footer={
        phase === 'idle' || phase === 'reading' ? (
          <>
            <Button onClick={onClose}>{common.cancel}</Button>
            <Button onClick={file.abort} disabled={file.rows.length === 0} isFocusableWhenDisabled>
              {words.abort}
            </Button>
          </>
        ) : (
          <>
            {phase === 'failed' && <Button onClick={start}>{common.retry}</Button>}
            {phase === 'ready' && (
              <Button icon="download" onClick={save}>
                {words.save}
              </Button>
            )}
            <Button variant="primary" onClick={onClose}>
              {change.done}
            </Button>
          </>
        )
      }
    >
      <div className="rh-export" data-phase={phase}>
        <FilterLines filter={wish.filter} />
        <div aria-live="polite">
          <HowFar file={file} />
          {phase === 'ready' && <WhatIsIn file={file} />}
          {name !== null && <p className="rh-export-saved">{words.saved(name)}</p>}
        </div>
      </div>
    </Dialog>
  );
}

function FilterLines({ filter }: { readonly filter: RunFilter }) {
  return (
    <ul className="rh-bulk-filter">
      {useFilterWords(filter).map((line) => (
        <li key={line}>{line}</li>
      ))}
    </ul>
  );
}

function HowFar({ file }: { readonly file: Exporter }) {
  const { messages, format } = useSetting();
  const words = messages.change.export;
  const { phase, rows, totalCount, retryAt, problems } = file;
  if (phase === 'ready') return null;
  if (phase === 'failed') {
    const code = problems[0]?.code ?? '';
    return (
      <p className="rh-bulk-trouble">
        <Icon name="warning" />
        <span>
          {words.failed} {messages.common.problem[code] ?? messages.common.otherProblem}
        </span>
      </p>
    );
  }
  const said = words.reading(
    format.number(rows.length),
    totalCount === null ? null : format.number(totalCount),
  );
  return (
    <>
      <p className="rh-bulk-count">{said}</p>
      <Progress.Root
        className="rh-job-bar"
        value={totalCount === null ? null : Math.min(rows.length, totalCount)}
        max={Math.max(1, totalCount ?? 1)}
        aria-label={messages.change.progress}
        aria-valuetext={said}
      >
        <Progress.Track className="rh-job-bar-track">
          <Progress.Indicator className="rh-job-bar-length" />
        </Progress.Track>
      </Progress.Root>
      {retryAt !== null && <Waiting until={retryAt} />}
    </>
  );
}

function Waiting({ until }: { readonly until: number }) {
  const { messages, format } = useSetting();
  const [ms] = useState(() => until - Date.now());
  return <p className="rh-bulk-note">{messages.change.export.waiting(format.duration(ms))}</p>;
}

/** How many rows there are, where the file was cut and why, and what is not in it. */
function WhatIsIn({ file }: { readonly file: Exporter }) {
  const { messages, format } = useSetting();
  const words = messages.change.export;
  const { cut, unknownReasons } = file;
  const rows = format.number(file.rows.length);
  return (
    <>
      <p className="rh-bulk-count">{words.ready(rows)}</p>
      {cut === null ? (
        <p>{words.whole}</p>
      ) : (
        <p className="rh-bulk-trouble" data-cut={cut.why}>
          <Icon name="warning" />
          <span>
            {words.cut[cut.why](rows)}
            {cut.problem !== null && ` ${messages.common.problem[cut.problem.code] ?? cut.problem.message}`}
            {cut.lastCreatedAt !== null && ` ${words.goesBackTo(format.moment(cut.lastCreatedAt))}`}
          </span>
        </p>
      )}
      {unknownReasons > 0 && <p className="rh-bulk-note">{words.unknownReasons(unknownReasons)}</p>}
    </>
  );
}

function saveAs(kind: ExportWish['kind'], file: Exporter): string {
  const day = new Date().toISOString().slice(0, 10);
  const name = `runs-${day}.${kind.toLowerCase()}`;
  if (kind === 'CSV') saveFile(name, 'text/csv;charset=utf-8', file.toCsv());
  else saveFile(name, 'application/json', file.toJson());
  return name;
}

/** Does it once, when it is so. */
function useWhenReady(isReady: boolean, act: () => void): void {
  const isDone = useRef(false);
  useEffect(() => {
    if (!isReady || isDone.current) return;
    isDone.current = true;
    act();
  });
}
