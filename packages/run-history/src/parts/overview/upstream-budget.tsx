import type { CSSProperties } from 'react';
import { useUpstreamBudget } from '../../hooks/use-run.ts';
import { useSetting } from '../setting.tsx';

/** What is left of the calls to the platform, and of whose, for those who run the product. Watched while it is shown. */
export function UpstreamBudget({ isReady }: { readonly isReady: boolean }) {
  const { messages, format, has } = useSetting();
  const isOn = isReady && has('budget');
  const budget = useUpstreamBudget(isOn);
  if (!isOn || budget === null) return null;
  const words = messages.overview.budget;
  const { available, maximum, queued, scope } = budget;
  const left = Math.max(0, Math.min(available, maximum));
  const said = words.left(format.number(left), format.number(maximum));
  return (
    <div className="rh-budget" data-low={left === 0 || queued > 0 || undefined}>
      <span
        className="rh-budget-meter"
        role="meter"
        aria-label={words.title}
        aria-valuemin={0}
        aria-valuemax={maximum}
        aria-valuenow={left}
        aria-valuetext={said}
        style={{ '--rh-budget-share': maximum === 0 ? 0 : left / maximum } as CSSProperties}
      />
      <span>
        {said}
        {queued > 0 && <strong>, {words.queued(format.number(queued))}</strong>}
      </span>
      <span className="rh-budget-scope">{words.scope[scope]}</span>
    </div>
  );
}
