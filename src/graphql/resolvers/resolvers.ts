import type { Resolvers } from './generated.ts';
import { applicationResolvers } from './application.ts';
import { bulkResolvers } from './bulk.ts';
import { countResolvers } from './count.ts';
import { executionResolvers } from './execution.ts';
import { failureResolvers } from './failure.ts';
import { liveResolvers } from './live.ts';
import { mutationResolvers } from './mutation.ts';
import { nodeResolvers } from './node.ts';
import { scalarResolvers } from './scalars.ts';
import { viewerResolvers } from './viewer.ts';
import { workflowResolvers } from './workflow.ts';

/** Every noun's resolvers, in one list. */
export const resolvers: Resolvers[] = [
  scalarResolvers,
  executionResolvers,
  nodeResolvers,
  failureResolvers,
  countResolvers,
  workflowResolvers,
  applicationResolvers,
  viewerResolvers,
  mutationResolvers,
  bulkResolvers,
  liveResolvers,
];
