import type { ReactNode } from 'react';
import { ignoredArgumentOf } from '../../core/capability.ts';
import { isSignedOut, isWrongQuestion } from '../../core/problem.ts';
import { Button } from '../base/button.tsx';
import { nameOfArgument, withoutArgument } from '../filters/arguments.ts';
import { hasFilters, NO_FILTERS } from '../filters/no-filters.ts';
import { Problems } from '../problems.tsx';
import { useSetting } from '../setting.tsx';
import type { RunListSlot } from '../slot.ts';

const SKELETON_ROWS = [1, 2, 3, 4, 5, 6, 7, 8] as const;

/** What is where the rows would be: on their way, not to be had, none that match, or none yet. Each looks different. */
export function ListState(slot: RunListSlot) {
  const { messages } = useSetting();
  const { list } = slot;
  if (list.phase === 'loading') {
    return (
      <div className="rh-list-loading" role="status" aria-label={messages.common.loading}>
        {SKELETON_ROWS.map((row) => (
          <div key={row} className="rh-list-skeleton" aria-hidden="true">
            <span />
            <span />
            <span />
          </div>
        ))}
      </div>
    );
  }
  return list.phase === 'failed' ? <Failed {...slot} /> : <Empty {...slot} />;
}

function Failed({ list, view, show }: RunListSlot) {
  const { messages } = useSetting();
  const isOut = list.problems.some(isSignedOut);
  return (
    <Problems
      isBlock
      title={isOut ? messages.list.signedOut : messages.list.failed}
      problems={list.problems}
      retryAt={list.retryAt}
      onRetry={list.reload}
    >
      {list.problems.some(isWrongQuestion) && <OtherQuestions list={list} view={view} show={show} />}
    </Problems>
  );
}

/** Ways out where the question is what is wrong: without the filter that upstream ignores, or without all of them. */
function OtherQuestions({ list, view, show }: Pick<RunListSlot, 'list' | 'view' | 'show'>) {
  const { messages } = useSetting();
  const ignored = list.problems.map(ignoredArgumentOf).find((argument) => argument !== null) ?? null;
  const name = ignored === null ? null : nameOfArgument(ignored, messages);
  const without = ignored === null ? null : withoutArgument(ignored);
  const isRangeWrong = list.problems.some(({ code }) => code === 'BAD_USER_INPUT');
  return (
    <>
      {name !== null && without !== null && (
        <Button
          onClick={() => {
            show(without);
          }}
        >
          {ignored === 'sort' ? messages.filters.newestFirst : messages.filters.removeIgnored(name)}
        </Button>
      )}
      {(isRangeWrong || hasFilters(view)) && <ClearFilters show={show} />}
    </>
  );
}

/** None match where there are filters; none in the range where that is the only one; else there are none yet. */
function Empty({ view, show }: RunListSlot) {
  const { messages } = useSetting();
  const isRanged = !('preset' in view.range) || view.range.preset !== 'all';
  if (hasFilters(view)) {
    return (
      <Blank title={messages.list.nothingMatches} text={messages.list.nothingMatchesMeans}>
        <ClearFilters show={show} />
      </Blank>
    );
  }
  if (!isRanged) return <Blank title={messages.list.nothingYet} text={messages.list.nothingYetMeans} />;
  return (
    <Blank title={messages.list.nothingInRange} text={messages.list.nothingInRangeMeans}>
      <Button
        onClick={() => {
          show({ range: { preset: 'all' } });
        }}
      >
        {messages.list.showAllTime}
      </Button>
    </Blank>
  );
}

function Blank(props: { readonly title: string; readonly text: string; readonly children?: ReactNode }) {
  return (
    <div className="rh-blank" role="status">
      <strong className="rh-blank-title">{props.title}</strong>
      <p className="rh-blank-text">{props.text}</p>
      {props.children}
    </div>
  );
}

function ClearFilters({ show }: Pick<RunListSlot, 'show'>) {
  const { messages } = useSetting();
  return (
    <Button
      onClick={() => {
        show(NO_FILTERS);
      }}
    >
      {messages.list.clearFilters}
    </Button>
  );
}
