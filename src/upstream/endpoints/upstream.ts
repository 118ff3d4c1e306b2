import type { Ask } from '../call.ts';
import type { Knowledge } from '../capabilities.ts';
import { createApplicationEndpoint, type ApplicationEndpoint } from './application.ts';
import { createCapabilityProbes, type CapabilityProbes } from './capability-probes.ts';
import { ExecutionEndpoint } from './execution.ts';
import type { PageLimits } from './page-limits.ts';
import { createWorkflowEndpoint, type WorkflowEndpoint } from './workflow.ts';

/** Upstream as one caller sees it: an endpoint a noun, each built when it is first asked for. */
export class Upstream {
  readonly #ask: Ask;
  readonly #knowledge: Knowledge;
  readonly #limits: PageLimits;
  #execution: ExecutionEndpoint | undefined;
  #workflow: WorkflowEndpoint | undefined;
  #application: ApplicationEndpoint | undefined;
  #probes: CapabilityProbes | undefined;

  /**
   * Puts the endpoints in front of one caller's way of asking.
   * @param knowledge what upstream has shown of itself to this caller
   * @param limits how large the pages of its lists can be
   */
  constructor(ask: Ask, knowledge: Knowledge, limits: PageLimits) {
    this.#ask = ask;
    this.#knowledge = knowledge;
    this.#limits = limits;
  }

  get execution(): ExecutionEndpoint {
    return (this.#execution ??= new ExecutionEndpoint({
      ask: this.#ask,
      knowledge: this.#knowledge,
      limits: this.#limits,
      applications: () => this.application.list(),
      probes: () => (this.#probes ??= createCapabilityProbes(this.#ask, this.#knowledge)),
    }));
  }

  get workflow(): WorkflowEndpoint {
    return (this.#workflow ??= createWorkflowEndpoint(this.#ask, this.#limits));
  }

  get application(): ApplicationEndpoint {
    return (this.#application ??= createApplicationEndpoint(this.#ask));
  }
}

/** Puts the endpoints in front of one caller's way of asking; see `Upstream`. */
export function createUpstream(...parts: ConstructorParameters<typeof Upstream>): Upstream {
  return new Upstream(...parts);
}
