import { useState } from 'react';
import type { RunStep } from '../../hooks/use-run.ts';
import { useRunBatches, type StepBatches as Page } from '../../hooks/use-step.ts';
import { Button } from '../base/button.tsx';
import { Select } from '../base/select.tsx';
import { Problems } from '../problems.tsx';
import { useSetting } from '../setting.tsx';
import { moreOf, SIZES } from './cut.ts';
import { Payload, type PayloadProps } from './payload.tsx';
import { stepNameOf } from './step-name.ts';

const PAGE_SIZE = 10;
/** As upstream spells them; others that are seen come to them. */
const STATUSES = ['COMPLETED', 'ERRORED'];
const ALL = '';

interface BatchesProps {
  readonly runId: string;
  readonly step: RunStep;
  /** How many times the run went through the step's node. */
  readonly times: number;
}

/** The sub-runs of a batch step, page by page; a call of upstream each. */
export function StepBatches({ runId, step, times }: BatchesProps) {
  const { messages, format } = useSetting();
  const [status, setStatus] = useState(ALL);
  const [number, setNumber] = useState(1);
  const [size, setSize] = useState(0);
  const asked = useRunBatches(runId, step.id, {
    number,
    size: PAGE_SIZE,
    maxBytes: SIZES[size] ?? SIZES[0],
    ...(status !== ALL && { status }),
  });
  const words = messages.run;
  if (asked.problems.some(({ code }) => code === 'NOT_SUPPORTED')) {
    return <p className="rh-payload-none">{words.batchesNotSupported}</p>;
  }
  const statuses = [
    ...new Set([...STATUSES, ...(asked.data?.nodes ?? []).flatMap((row) => row.status ?? [])]),
  ];
  return (
    <div className="rh-batches" aria-busy={asked.isAsking}>
      {times > 1 && <p role="note">{words.batchesRepeated(times)}</p>}
      <div className="rh-batches-bar">
        <Select
          label={words.batchStatus}
          value={status}
          options={[
            { value: ALL, label: words.allStatuses },
            ...statuses.map((value) => ({ value, label: batchStatusOf(value, messages.common.status) })),
          ]}
          onChange={(value) => {
            setStatus(value);
            setNumber(1);
          }}
        />
        {asked.data?.totalCount != null && (
          <span className="rh-muted">{words.batchTotal(format.number(asked.data.totalCount))}</span>
        )}
      </div>
      {asked.phase === 'failed' && <Problems problems={asked.problems} onRetry={asked.reload} />}
      {asked.phase === 'loading' && <p className="rh-payload-none">{messages.common.loading}</p>}
      {asked.data !== null && (
        <BatchPage
          key={`${String(number)} ${status}`}
          page={asked.data}
          name={words.batchTable(stepNameOf(step, words))}
          fileName={`${runId}-${step.nodeId}`}
          none={status === ALL ? words.noBatchesAtAll : words.noBatches}
          more={moreOf(size, asked.isAsking, setSize)}
        />
      )}
      {asked.data !== null && <BatchPaging page={asked.data} number={number} onTurn={setNumber} />}
    </div>
  );
}

/** A state of a sub-run in words, where it is one of those that runs have too; else as upstream spells it. */
function batchStatusOf(status: string, words: Readonly<Record<string, string>>): string {
  return words[status.toUpperCase()] ?? status;
}

interface PageProps {
  readonly page: Page;
  readonly name: string;
  readonly fileName: string;
  readonly none: string;
  readonly more: PayloadProps['more'];
}

function BatchPage({ page, name, fileName, none, more }: PageProps) {
  const { messages } = useSetting();
  const words = messages.run;
  if (page.nodes.length === 0) return <p className="rh-payload-none">{none}</p>;
  return (
    <table className="rh-batch-table" aria-label={name}>
      <thead>
        <tr>
          <th scope="col">{words.batchIndex}</th>
          <th scope="col">{words.batchStatus}</th>
          <th scope="col">{words.batchOutput}</th>
        </tr>
      </thead>
      <tbody>
        {page.nodes.map((row, place) => (
          <BatchRow key={place} row={row} fileName={fileName} more={more} />
        ))}
      </tbody>
    </table>
  );
}

interface RowProps extends Pick<PageProps, 'fileName' | 'more'> {
  readonly row: Page['nodes'][number];
}

function BatchRow({ row, fileName, more }: RowProps) {
  const { messages, format } = useSetting();
  const [isOpen, setOpen] = useState(false);
  const words = messages.run;
  const index = row.index === null ? messages.common.notKnown : format.number(row.index);
  return (
    <tr>
      <td>{index}</td>
      <td>
        <span className="rh-status" data-status={row.status?.toUpperCase() ?? 'UNKNOWN'}>
          <span className="rh-status-mark" aria-hidden="true" />
          {row.status === null
            ? messages.common.status.UNKNOWN
            : batchStatusOf(row.status, messages.common.status)}
        </span>
      </td>
      <td className="rh-batch-output">
        {isOpen ? (
          <Payload
            value={row.output}
            name={words.batchOutput}
            fileName={`${fileName}-${index}`}
            none={words.noValue}
            more={more}
          />
        ) : (
          <Button
            size="small"
            variant="ghost"
            icon="chevron-right"
            aria-label={words.showOutput(index)}
            onClick={() => {
              setOpen(true);
            }}
          >
            {words.output}
          </Button>
        )}
      </td>
    </tr>
  );
}

function BatchPaging({
  page,
  number,
  onTurn,
}: {
  readonly page: Page;
  readonly number: number;
  readonly onTurn: (number: number) => void;
}) {
  const { messages, format } = useSetting();
  const words = messages.run;
  const { hasNextPage, totalPages } = page.pageInfo;
  if (number === 1 && !hasNextPage) return null;
  return (
    <nav className="rh-batches-paging" aria-label={words.batches}>
      <Button
        size="small"
        disabled={number === 1}
        onClick={() => {
          onTurn(number - 1);
        }}
      >
        {words.previousPage}
      </Button>
      <span>{words.page(format.number(number), totalPages === null ? null : format.number(totalPages))}</span>
      <Button
        size="small"
        disabled={!hasNextPage}
        onClick={() => {
          onTurn(number + 1);
        }}
      >
        {words.nextPage}
      </Button>
    </nav>
  );
}
