import { APPLICATION_SEEDS, PRIVATE_WORKFLOW_SEEDS } from './catalogue-data.ts';
import type { ApplicationSeed } from './catalogue-data.ts';
import { counterOf, idTag, objectId } from './object-id.ts';
import { ownIcon } from './icon.ts';
import { hash } from './random.ts';

/** An application that the org has enabled. */
export interface Application extends ApplicationSeed {
  readonly id: string;
  readonly icon: string;
}

/** One step of a workflow. */
export interface WorkflowNode {
  readonly id: string;
  readonly name: string;
  readonly type: 'start' | 'action';
  readonly isBatch: boolean;
}

/** A workflow; `owner` is the number of the account it is private to, or null for a public one. */
export interface Workflow {
  readonly id: string;
  readonly name: string;
  readonly description: string;
  readonly icon: string;
  readonly application: Application;
  readonly published: boolean;
  readonly version: number;
  readonly isV2: boolean;
  readonly owner: number | null;
  readonly createdAtMs: number;
  readonly updatedAtMs: number;
  readonly nodes: readonly WorkflowNode[];
}

/** Everything of the org that does not belong to one run: applications and workflows. */
export interface Catalogue {
  readonly applications: readonly Application[];
  /** Public workflows; the document's own is the first. */
  readonly publicWorkflows: readonly Workflow[];
  privateWorkflows(account: number): readonly Workflow[];
  /** The owner's number that the id of a private workflow would have, or null if it has none. */
  ownerOf(workflowId: string): number | null;
}

/** The workflow of the document's own execution. */
export const DOCUMENT_WORKFLOW_ID = '64f7258e35b72267edc02589';
const DOCUMENT_WORKFLOW_CREATED_MS = 0x64f7258e * 1000;

/** The number of the private workflow that has 45 nodes. */
const LONG_WORKFLOW = 3;

const DAY_MS = 86_400_000;
const OWNER_APPLICATIONS = -1;
const OWNER_PUBLIC_WORKFLOWS = -2;
const OWNER_PRIVATE_WORKFLOWS = -3;

function workflowNodes(number: number, application: Application, isLong: boolean): WorkflowNode[] {
  const steps = ['Look up record', 'Map fields', `Send to ${application.name}`, 'Store result'];
  const nodes: WorkflowNode[] = [{ id: '1', name: 'Start', type: 'start', isBatch: false }];
  const count = isLong ? 44 : 2 + (number % 3);
  for (let step = 0; step < count; step += 1) {
    const name = steps[step % steps.length] ?? '';
    nodes.push({ id: String(nodes.length + 1), name, type: 'action', isBatch: false });
  }
  if (number % 5 === 2) {
    nodes.push({ id: String(nodes.length + 1), name: 'For each record', type: 'action', isBatch: true });
  }
  return nodes;
}

/** Takes one element of each list in turn, so that neighbours come from different lists. */
function interleave<T>(lists: readonly (readonly T[])[]): T[] {
  const longest = Math.max(...lists.map((list) => list.length));
  return Array.from({ length: longest }, (_, turn) =>
    lists.flatMap((list) => list.slice(turn, turn + 1)),
  ).flat();
}

/**
 * The org's applications and workflows, the same for the same seed.
 * @param hasPictures whether icons are pictures, and not addresses of some
 */
export function createCatalogue(seed: number, hasPictures: boolean): Catalogue {
  const iconOf = (name: string, path: string) =>
    hasPictures ? ownIcon(name) : `https://cdn.example.com/${path}`;
  const applicationTag = idTag(seed, OWNER_APPLICATIONS);
  const applications = APPLICATION_SEEDS.map((application, number): Application => ({
    ...application,
    id: application.own?.id ?? objectId(Date.UTC(2022, 8, 1) + number * DAY_MS, applicationTag, number),
    icon: application.own?.icon ?? iconOf(application.name, `apps/${application.slug}.png`),
  }));

  function workflow(
    identity: Pick<Workflow, 'id' | 'name' | 'application' | 'owner' | 'createdAtMs'>,
    number: number,
  ): Workflow {
    const { name, application } = identity;
    return {
      ...identity,
      description: `${name}: runs in ${application.name} for each linked account`,
      icon: number % 3 === 0 ? '' : iconOf(name, `workflows/${application.slug}.svg`),
      published: number % 16 !== 13,
      version: 1 + (hash(seed, number, 5) % 6),
      isV2: number % 2 === 1,
      updatedAtMs: identity.createdAtMs + (hash(seed, number, 6) % 20) * DAY_MS,
      nodes: workflowNodes(number, application, identity.owner !== null && number === LONG_WORKFLOW),
    };
  }

  const publicTag = idTag(seed, OWNER_PUBLIC_WORKFLOWS);
  const named = interleave(
    applications.map((application) => application.workflows.map((name) => ({ name, application }))),
  );
  const publicWorkflows = named.map((entry, number) => {
    const createdAtMs =
      number === 0 ? DOCUMENT_WORKFLOW_CREATED_MS : DOCUMENT_WORKFLOW_CREATED_MS - number * 5 * DAY_MS;
    const id = number === 0 ? DOCUMENT_WORKFLOW_ID : objectId(createdAtMs, publicTag, number);
    return workflow({ ...entry, id, owner: null, createdAtMs }, number);
  });

  const bySlug = new Map(applications.map((application) => [application.slug, application]));
  const privateTag = idTag(seed, OWNER_PRIVATE_WORKFLOWS);
  const perAccount = PRIVATE_WORKFLOW_SEEDS.length;

  return {
    applications,
    publicWorkflows,
    privateWorkflows: (account) =>
      PRIVATE_WORKFLOW_SEEDS.flatMap(({ name, slug }, number) => {
        const application = bySlug.get(slug);
        if (application === undefined) return [];
        const createdAtMs =
          DOCUMENT_WORKFLOW_CREATED_MS - (number + 1) * 7 * DAY_MS - (account % 1000) * 1000;
        const id = objectId(createdAtMs, privateTag, account * perAccount + number);
        return [workflow({ id, name, application, owner: account, createdAtMs }, number + 1)];
      }),
    ownerOf: (workflowId) => {
      const counter = counterOf(workflowId, privateTag);
      return counter === null ? null : Math.floor(counter / perAccount);
    },
  };
}
