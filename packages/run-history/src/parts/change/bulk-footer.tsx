import { Button } from '../base/button.tsx';
import { useSetting } from '../setting.tsx';
import type { BulkDialogProps } from './bulk-dialog.tsx';

/** What can be done in the phase. */
export function BulkFooter({ asked, change, onClose }: BulkDialogProps) {
  const { messages } = useSetting();
  const { change: all, common } = messages;
  const words = all[asked.kind];
  const { phase, matched, retryableIds, canResume, isAborting, isAnswerLost, selection } = change;
  const close = (label: string) => <Button onClick={onClose}>{label}</Button>;
  switch (phase) {
    case 'idle':
    case 'counting':
      return close(common.cancel);
    case 'counted':
      return (
        <>
          {close(common.cancel)}
          <Button
            variant={asked.kind === 'STOP' ? 'danger' : 'primary'}
            icon={asked.kind === 'STOP' ? 'stop' : 'rerun'}
            disabled={(matched ?? 0) === 0}
            onClick={change.start}
          >
            {words.start(matched ?? 0)}
          </Button>
        </>
      );
    case 'starting':
    case 'running':
      return (
        <>
          <Button
            variant="danger"
            disabled={isAborting || phase === 'starting'}
            isFocusableWhenDisabled
            onClick={change.abort}
          >
            {all.abort}
          </Button>
          {close(all.hide)}
        </>
      );
    case 'failed':
      return (
        <>
          {close(common.close)}
          {canResume && (
            <Button variant="primary" onClick={change.resume}>
              {all.resume}
            </Button>
          )}
          {!canResume && !isAnswerLost && change.job === null && selection !== null && (
            <Button
              onClick={() => {
                change.count(selection);
              }}
            >
              {common.retry}
            </Button>
          )}
        </>
      );
    case 'ended':
      return (
        <>
          {!canResume && retryableIds.length > 0 && (
            <Button icon="rerun" onClick={change.retryFailed}>
              {all.retry(retryableIds.length)}
            </Button>
          )}
          {canResume && <Button onClick={change.resume}>{all.resume}</Button>}
          <Button variant="primary" onClick={onClose}>
            {all.done}
          </Button>
        </>
      );
  }
}
