import type { World } from './world.ts';
import type { OptionalField, RawRow } from './raw-rows.ts';

/** A row as upstream lists it. */
export function rowOf(world: World, row: RawRow): unknown {
  if (row.shape === 'null') return null;
  if (row.shape === 'empty') return {};
  if (row.shape === 'text') return 'not a row';
  const whole = fieldsOf(world, row);
  return row.shape === 'without id' ? { ...whole, _id: undefined } : whole;
}

/** `GET /execution/{execution_id}`. */
export function detailOf(world: World, row: RawRow): unknown {
  return {
    ...fieldsOf(world, row),
    ...(!world.traits.detailTellsId && { _id: undefined }),
    completion_percentage: world.traits.asText ? '100' : 100,
    nodes: [],
  };
}

function fieldsOf({ traits, account }: World, row: RawRow): Record<string, unknown> {
  const { workflow, omitted } = row;
  const optional: Record<OptionalField, unknown> = {
    createdAt: new Date(row.createdAt).toISOString(),
    trigger_application_event: triggerOf(row, traits.sources.own),
    type_of_execution: row.type,
    associated_workflow: { _id: workflow.id, name: workflow.name, icon: '' },
    associated_application: { _id: workflow.application.id, name: workflow.application.name, icon: '' },
    instance_execution_time: traits.asText ? String(row.durationMs) : row.durationMs,
    linked_account_id: account,
  };
  const told = Object.entries(optional).filter(([field]) => ![...omitted].some((one) => one === field));
  return {
    _id: row.id,
    name: 'A run',
    status: row.status,
    environment: 'test',
    ...Object.fromEntries(told),
  };
}

/** What started a run: an event says its own name. */
function triggerOf({ source, event }: RawRow, generation: 'D1' | 'D2'): string {
  if (source === 'EVENT') return event;
  if (source === 'SCHEDULE') return 'Schedule';
  return generation === 'D1' ? 'API Call' : 'API_CALL';
}
