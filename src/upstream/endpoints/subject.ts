import { canonicalId } from '../../domain/id.ts';
import type { UpstreamCall } from '../call.ts';

/** What the answer to a question is about, as far as it can change without anybody having asked for it. */
export type Subject =
  | { readonly kind: 'EXECUTIONS' }
  /** One run, with all that belongs to it; the id is in its one spelling. */
  | { readonly kind: 'EXECUTION'; readonly id: string }
  | { readonly kind: 'APPLICATIONS' };

/** What a question is about; null: something else. */
export function subjectOf({ route, path }: Pick<UpstreamCall<unknown>, 'route' | 'path'>): Subject | null {
  const [, noun, id] = path.split('/');
  if (route === '/execution') return { kind: 'EXECUTIONS' };
  if (noun === 'execution' && id !== undefined) return { kind: 'EXECUTION', id: canonicalId(id) };
  return noun === 'application' ? { kind: 'APPLICATIONS' } : null;
}
