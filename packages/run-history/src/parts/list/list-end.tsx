import { useSetting } from '../setting.tsx';
import { Problems } from '../problems.tsx';
import type { RunListSlot } from '../slot.ts';

/** What is below the last row: that more is on its way, that it could not be loaded, or that this is all. */
export function ListEnd({ list }: Pick<RunListSlot, 'list'>) {
  const { messages, format } = useSetting();
  const { isLoadingMore, hasMore, problems, rows, loadMore } = list;
  return (
    <div className="rh-list-end" data-loading={isLoadingMore ? '' : undefined}>
      {hasMore && problems.length > 0 && !isLoadingMore ? (
        <Problems problems={problems} title={messages.list.moreFailed} onRetry={loadMore} />
      ) : hasMore ? (
        <span>{messages.list.loadingMore}</span>
      ) : (
        <span>{messages.list.noMore(format.number(rows.length))}</span>
      )}
    </div>
  );
}
