import { Icon } from '../base/icon.tsx';
import { useSetting } from '../setting.tsx';
import type { BulkChangeNow } from './bulk-changes.tsx';

/** What is not as it should be with a change: refused, lost, aborted, or of an outcome that nobody knows. */
export function BulkTrouble({ change }: { readonly change: BulkChangeNow }) {
  const { messages } = useSetting();
  const { change: words, common } = messages;
  const { phase, job, refusal, problems, isAnswerLost, isJobLost, isAborting } = change;
  const [problem] = problems;
  const said = [
    refusal,
    isAnswerLost && words.answerLost,
    isJobLost && words.jobLost,
    phase === 'running' && isAborting && words.aborting,
    phase === 'running' && problem !== undefined && words.connectionLost,
    phase === 'ended' &&
      job !== null &&
      (job.state === 'ABORTED' || job.state === 'INTERRUPTED') &&
      words.states[job.state],
    phase === 'failed' &&
      problem !== undefined &&
      !isAnswerLost &&
      (common.problem[problem.code] ?? problem.message),
    phase !== 'starting' && (job?.unknown ?? 0) > 0 && words.unknownAbove(job?.unknown ?? 0),
  ].filter((line) => typeof line === 'string');
  return said.map((line) => (
    <p key={line} className="rh-bulk-trouble">
      <Icon name="warning" />
      <span>{line}</span>
    </p>
  ));
}
