import type { ReactNode } from 'react';
import { ignoredArgumentOf } from '../core/capability.ts';
import { isSignedOut, isWrongQuestion, type Problem } from '../core/problem.ts';
import { Button } from './base/button.tsx';
import { Icon, type IconName } from './base/icon.tsx';
import { nameOfArgument } from './filters/arguments.ts';
import { useNow } from './list/now.ts';
import type { AllMessages } from './messages.ts';
import { useSetting } from './setting.tsx';

/** What went wrong, and what can be done about it. */
export interface ProblemsProps {
  readonly problems: readonly Problem[];
  /** When upstream was read, where what is shown is older than it should be. */
  readonly asOf?: string | null | undefined;
  /** What could not be done; left out where that is plain. */
  readonly title?: string | undefined;
  /** When it is asked again by itself, in milliseconds since 1970. */
  readonly retryAt?: number | null | undefined;
  /** Asks again; not offered where the same question can never succeed. */
  readonly onRetry?: (() => void) | undefined;
  /** Whether it stands in for what could not be loaded, and not beside what could. */
  readonly isBlock?: boolean | undefined;
  /** Other ways out. */
  readonly children?: ReactNode;
}

/** Says what went wrong in words, once for each kind, with the way to try again. Nothing, where nothing went wrong. */
export function Problems(props: ProblemsProps) {
  const { problems, asOf = null, title, retryAt = null, onRetry, isBlock = false, children } = props;
  const { messages, format } = useSetting();
  if (problems.length === 0 && asOf === null) return null;
  const kind = kindOf(problems);
  const sentences = [...new Set(problems.map((problem) => sentenceOf(problem, messages)))];
  return (
    <div
      className="rh-problems"
      role={problems.length > 0 ? 'alert' : 'status'}
      data-kind={kind}
      data-block={isBlock ? '' : undefined}
    >
      <span className="rh-problems-mark">
        <Icon name={ICONS[kind]} />
      </span>
      <div className="rh-problems-words">
        {title !== undefined && <strong className="rh-problems-title">{title}</strong>}
        {sentences.map((sentence) => (
          <span key={sentence}>{sentence}</span>
        ))}
        {asOf !== null && <span>{messages.common.asOf(format.short(asOf))}</span>}
        {retryAt !== null && <Countdown endMs={retryAt} />}
      </div>
      <div className="rh-problems-ways">
        {children}
        {onRetry !== undefined && problems.some((problem) => !isWrongQuestion(problem)) && (
          <Button size={isBlock ? 'medium' : 'small'} onClick={onRetry}>
            {messages.common.retry}
          </Button>
        )}
      </div>
    </div>
  );
}

/** Says when it is tried again. Only for those who see: a voice that counts down says nothing else. */
function Countdown({ endMs }: { readonly endMs: number }) {
  const { messages, format } = useSetting();
  const left = Math.max(1, Math.ceil((endMs - useNow()) / 1000));
  return <span aria-live="off">{messages.common.retryIn(format.duration(left * 1000))}</span>;
}

type Kind = 'signed-out' | 'waiting' | 'stale' | 'failed';

const ICONS: Readonly<Record<Kind, IconName>> = {
  'signed-out': 'lock',
  waiting: 'clock',
  stale: 'clock',
  failed: 'warning',
};

/** `signed-out`, `waiting`: it goes by itself; `stale`: shown, and not fresh; `failed`: all else. */
function kindOf(problems: readonly Problem[]): Kind {
  if (problems.length === 0) return 'stale';
  if (problems.some(isSignedOut)) return 'signed-out';
  return problems.every(({ code }) => code === 'RATE_LIMITED' || code === 'OVERLOADED')
    ? 'waiting'
    : 'failed';
}

/** In words of the page: those of the gateway are for who has written the question. */
function sentenceOf(problem: Problem, messages: AllMessages): string {
  const { common, filters } = messages;
  const argument = ignoredArgumentOf(problem);
  const name = argument === null ? null : nameOfArgument(argument, messages);
  if (name !== null) return argument === 'sort' ? messages.list.sortIgnored : filters.ignoredBy(name);
  return common.problem[problem.code] ?? common.otherProblem;
}
