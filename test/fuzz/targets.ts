import type { Target } from './target.ts';
import { cursors } from './targets/cursors.ts';
import { documents } from './targets/documents.ts';
import { headers } from './targets/headers.ts';
import { tokens } from './targets/tokens.ts';
import { upstreamBodies } from './targets/upstream-bodies.ts';
import { variables } from './targets/variables.ts';
import { webhooks } from './targets/webhooks.ts';

/** All of them. */
export const TARGETS: readonly Target[] = [
  documents,
  variables,
  headers,
  cursors,
  tokens,
  upstreamBodies,
  webhooks,
];
