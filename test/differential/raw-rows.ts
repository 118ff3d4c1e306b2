import type { Random } from '../support/random.ts';

/** The states that upstream can be asked for. */
export const ASKABLE = ['COMPLETED', 'ERRORED', 'RUNNING', 'STOPPED', 'STOPPING', 'TIMED_OUT'] as const;
/** What it has had besides. */
const NEWER = ['QUEUED', 'WAITING', 'TERMINATED', 'PARTIALLY_COMPLETED'] as const;

/** A field of a row that upstream may leave out. */
export type OptionalField =
  | 'createdAt'
  | 'trigger_application_event'
  | 'type_of_execution'
  | 'associated_workflow'
  | 'associated_application'
  | 'instance_execution_time'
  | 'linked_account_id';

/** One run as it is, whatever upstream tells of it. */
export interface RawRow {
  readonly id: string;
  /** Epoch milliseconds. */
  readonly createdAt: number;
  readonly status: string;
  readonly source: 'EVENT' | 'SCHEDULE' | 'API_CALL';
  /** What the event is called that started it. */
  readonly event: string;
  readonly type: 'SYNC' | 'ASYNC';
  readonly workflow: RawWorkflow;
  readonly durationMs: number;
  readonly omitted: ReadonlySet<OptionalField>;
  /** What upstream answers in its place; `whole`: the row itself. */
  readonly shape: 'whole' | 'null' | 'without id' | 'empty' | 'text';
}

/** A workflow, and the application that it belongs to. */
export interface RawWorkflow {
  readonly id: string;
  readonly name: string;
  readonly application: RawApplication;
}

/** An entry of the catalogue. */
export interface RawApplication {
  readonly id: string;
  readonly slug: string;
  readonly name: string;
}

const SLACK = { id: '64f6d9f33234d3d6419cfd01', slug: 'slack', name: 'Slack' };
const HUBSPOT = { id: '64f6d9f33234d3d6419cfd02', slug: 'hubspot', name: 'HubSpot' };
const MONDAY = { id: '64f6d9f33234d3d6419cfd03', slug: 'monday.com', name: 'monday.com' };
/** The catalogue; nothing has run for the last of them. */
export const APPLICATIONS: readonly RawApplication[] = [
  SLACK,
  HUBSPOT,
  MONDAY,
  { id: '64f6d9f33234d3d6419cfd04', slug: 'idle-app', name: 'Idle' },
];

/** All workflows; their names share words, and one holds another. */
export const WORKFLOWS: readonly RawWorkflow[] = [
  { id: '65200cfd01af0388e905ad01', name: 'Post message', application: SLACK },
  { id: '65200cfd01af0388e905ad02', name: 'Post message to a channel', application: SLACK },
  { id: '65200cfd01af0388e905ad03', name: 'Sync contacts', application: HUBSPOT },
  { id: '65200cfd01af0388e905ad04', name: 'Nightly report', application: MONDAY },
];

export const DAY_MS = 86_400_000;
/** The first day on which anything ran. */
export const FIRST_DAY = Date.parse('2026-03-02');

/** How the rows of one account are spread. */
export interface RowStyle {
  readonly count: number;
  readonly days: number;
  /** How often a run was created in the very millisecond of the one before. */
  readonly ties: number;
  /** How often a state is one that the gateway does not know. */
  readonly newer: number;
  /** How often upstream cannot be read. */
  readonly broken: number;
  /** How often each field is left out. */
  readonly omitted: ReadonlyMap<OptionalField, number>;
}

/** Draws the rows of an account, newest first. */
export function drawRows(random: Random, style: RowStyle): RawRow[] {
  const times: number[] = [];
  for (let nth = 0; nth < style.count; nth++) {
    const day = FIRST_DAY + random.below(style.days) * DAY_MS;
    const before = times.at(-1);
    if (before !== undefined && random.chance(style.ties)) times.push(before);
    else times.push(random.chance(0.02) ? day : day + 1 + random.below(DAY_MS - 1));
  }
  return times.sort((one, other) => other - one).map((createdAt) => drawRow(random, style, createdAt));
}

/** Draws one row, created then. */
export function drawRow(random: Random, style: RowStyle, createdAt: number): RawRow {
  const optional = [...style.omitted];
  return {
    id: Math.floor(createdAt / 1000).toString(16) + random.hex(16),
    createdAt,
    status: random.pick(random.chance(style.newer) ? NEWER : ASKABLE),
    source: random.pick(['EVENT', 'SCHEDULE', 'API_CALL']),
    event: random.pick(['contact.created', 'message.posted', 'Deal Won']),
    type: random.pick(['SYNC', 'ASYNC']),
    workflow: random.pick(WORKFLOWS),
    durationMs: random.below(90_000),
    omitted: new Set(optional.filter(([, share]) => random.chance(share)).map(([field]) => field)),
    shape: random.chance(style.broken) ? random.pick(['null', 'without id', 'empty', 'text']) : 'whole',
  };
}

/** The day of a time in UTC, `YYYY-MM-DD`. */
export function dayOfTime(time: number): string {
  return new Date(time).toISOString().slice(0, 10);
}
