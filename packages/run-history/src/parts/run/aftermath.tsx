import { hasFailed, isOpen } from '../../core/run.ts';
import { useRun, type RunDetail } from '../../hooks/use-run.ts';
import type { AllMessages } from '../messages.ts';
import { useSetting } from '../setting.tsx';
import { Status } from '../status.tsx';

/** How the new run goes, next to the old one: whether running it again has helped. */
export function Aftermath({ before, newRunId }: { readonly before: RunDetail; readonly newRunId: string }) {
  const { messages } = useSetting();
  const { run: after } = useRun(newRunId);
  const words = messages.run;
  if (after === null) return null;
  return (
    <div className="rh-aftermath">
      <p className="rh-aftermath-verdict" data-verdict={verdictOf(before, after)}>
        {words[verdictOf(before, after)]}
      </p>
      <table className="rh-aftermath-table" aria-label={words.aftermath}>
        <tbody>
          <AftermathRow name={words.before} run={before} />
          <AftermathRow name={words.after} run={after} />
        </tbody>
      </table>
    </div>
  );
}

function AftermathRow({ name, run }: { readonly name: string; readonly run: RunDetail }) {
  const { format } = useSetting();
  return (
    <tr>
      <th scope="row">{name}</th>
      <td>
        <Status run={run} />
      </td>
      <td>{isOpen(run) ? null : format.duration(run.durationMs)}</td>
      <td className="rh-aftermath-reason">{run.failure?.message}</td>
    </tr>
  );
}

type Verdict = keyof Pick<
  AllMessages['run'],
  'stillRunning' | 'succeeded' | 'failedAlike' | 'failedOtherwise' | 'failedUnknown' | 'endedOtherwise'
>;

function verdictOf(before: RunDetail, after: RunDetail): Verdict {
  if (isOpen(after)) return 'stillRunning';
  if (after.status === 'COMPLETED') return 'succeeded';
  if (!hasFailed(after)) return 'endedOtherwise';
  const [was, is] = [before.failure?.message, after.failure?.message];
  if (was == null || is == null) return 'failedUnknown';
  return alike(was) === alike(is) ? 'failedAlike' : 'failedOtherwise';
}

/** A reason without its numbers, which differ from run to run. */
function alike(message: string): string {
  return message.replaceAll(/\d+/g, '#');
}
