import { Button } from '../base/button.tsx';
import { useSetting } from '../setting.tsx';
import type { BulkDialogProps } from './bulk-dialog.tsx';

/** What can be done in the phase. */
export function BulkFooter(props: BulkDialogProps) {
  switch (props.change.phase) {
    case 'idle':
    case 'counting':
      return <CloseButton {...props} word="cancel" />;
    case 'counted':
      return <CountedFooter {...props} />;
    case 'starting':
    case 'running':
      return <RunningFooter {...props} />;
    case 'failed':
      return <FailedFooter {...props} />;
    case 'ended':
      return <EndedFooter {...props} />;
  }
}

function CloseButton({ onClose, word }: BulkDialogProps & { readonly word: 'cancel' | 'close' }) {
  return <Button onClick={onClose}>{useSetting().messages.common[word]}</Button>;
}

function CountedFooter(props: BulkDialogProps) {
  const { asked, change } = props;
  const words = useSetting().messages.change[asked.kind];
  const count = change.matched ?? 0;
  return (
    <>
      <CloseButton {...props} word="cancel" />
      <Button
        variant={asked.kind === 'STOP' ? 'danger' : 'primary'}
        icon={asked.kind === 'STOP' ? 'stop' : 'rerun'}
        disabled={count === 0}
        onClick={() => {
          change.start();
          asked.onStart?.();
        }}
      >
        {words.start(count)}
      </Button>
    </>
  );
}

function RunningFooter({ change, onClose }: BulkDialogProps) {
  const words = useSetting().messages.change;
  return (
    <>
      <Button
        variant="danger"
        disabled={change.isAborting || change.phase === 'starting'}
        isFocusableWhenDisabled
        onClick={change.abort}
      >
        {words.abort}
      </Button>
      <Button onClick={onClose}>{words.hide}</Button>
    </>
  );
}

function FailedFooter(props: BulkDialogProps) {
  const { messages } = useSetting();
  const { canResume, isAnswerLost, job, selection, resume, count } = props.change;
  return (
    <>
      <CloseButton {...props} word="close" />
      {canResume && (
        <Button variant="primary" onClick={resume}>
          {messages.change.resume}
        </Button>
      )}
      {!canResume && !isAnswerLost && job === null && selection !== null && (
        <Button
          onClick={() => {
            count(selection);
          }}
        >
          {messages.common.retry}
        </Button>
      )}
    </>
  );
}

function EndedFooter({ change, onClose }: BulkDialogProps) {
  const words = useSetting().messages.change;
  const { canResume, retryableIds, retryFailed, resume } = change;
  return (
    <>
      {!canResume && retryableIds.length > 0 && (
        <Button icon="rerun" onClick={retryFailed}>
          {words.retry(retryableIds.length)}
        </Button>
      )}
      {canResume && <Button onClick={resume}>{words.resume}</Button>}
      <Button variant="primary" onClick={onClose}>
        {words.done}
      </Button>
    </>
  );
}
