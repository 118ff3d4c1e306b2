import type { Application, Workflow } from '../domain/model.ts';
import { createApplicationLoaders } from './application.ts';
import { createExecutionLoader, type ExecutionLoader, type ExecutionReads } from './execution.ts';
import { createFailedRunLoader, type FailedRunLoader, type FailedRunReads } from './failed-run.ts';
import type { LookUps } from './look-up.ts';
import { createWorkflowLoader } from './workflow.ts';

/** What look-ups are made with. */
export type LoaderOptions = Omit<FailedRunReads, 'loader'> & ExecutionReads;

/**
 * The look-ups of one request: what they remember belongs to one caller. Most requests need few of them, and wait for
 * upstream with all that they hold: so each is built when it is first asked for.
 */
export class Loaders {
  readonly #options: LoaderOptions;
  #execution: ExecutionLoader | undefined;
  #failedRun: FailedRunLoader | undefined;
  #workflow: LookUps<Workflow> | undefined;
  #catalogue: ReturnType<typeof createApplicationLoaders> | undefined;

  constructor(options: LoaderOptions) {
    this.#options = options;
  }

  get execution(): ExecutionLoader {
    return (this.#execution ??= createExecutionLoader(this.#options));
  }

  get failedRun(): FailedRunLoader {
    return (this.#failedRun ??= createFailedRunLoader({ ...this.#options, loader: this.execution }));
  }

  get workflow(): LookUps<Workflow> {
    return (this.#workflow ??= createWorkflowLoader(this.#options.upstream));
  }

  get application(): LookUps<Application> {
    return this.#ofApplications.application;
  }

  get applicationBySlug(): LookUps<Application> {
    return this.#ofApplications.applicationBySlug;
  }

  /** All applications. However often it is asked, one call. */
  applications(): Promise<readonly Application[]> {
    return this.#ofApplications.applications();
  }

  get #ofApplications() {
    return (this.#catalogue ??= createApplicationLoaders(this.#options.upstream));
  }
}

/** Builds the look-ups, anew for every request. */
export function createLoaders(options: LoaderOptions): Loaders {
  return new Loaders(options);
}
