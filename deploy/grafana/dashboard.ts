/* eslint-disable @typescript-eslint/no-deprecated -- every Grafana reads the first schema; few know the second yet */
import {
  DashboardBuilder,
  DashboardCursorSync,
  DashboardLinkBuilder,
  DashboardLinkType,
  DatasourceVariableBuilder,
  QueryVariableBuilder,
  RowBuilder,
  VariableRefresh,
  VariableSort,
  type Dashboard,
} from '@grafana/grafana-foundation-sdk/dashboard';

/** What all dashboards of the gateway have. Links lead from each to the others. */
const TAG = 'refold-gateway';

/** A panel before it has a place. */
type Panel = Parameters<DashboardBuilder['withPanel']>[0];

/** A dashboard: rows of panels, by their titles. */
export interface Described {
  readonly name: string;
  readonly title: string;
  readonly about: string;
  readonly rows: Readonly<Record<string, readonly Panel[]>>;
}

/** Where the values of a variable come from. */
const DATASOURCE = { type: 'prometheus', uid: '${datasource}' };
/** Every gateway has it. */
const ALWAYS = 'process_start_time_seconds';

/** The dashboard as Grafana takes it. */
export function build({ name, title, about, rows }: Described): Dashboard {
  const builder = new DashboardBuilder(`Refold gateway: ${title}`)
    .uid(`${TAG}-${name}`)
    .description(about)
    .tags([TAG])
    .refresh('30s')
    .time({ from: 'now-3h', to: 'now' })
    .timezone('browser')
    .tooltip(DashboardCursorSync.Crosshair)
    .link(
      new DashboardLinkBuilder('Other dashboards of the gateway')
        .type(DashboardLinkType.Dashboards)
        .tags([TAG])
        .keepTime(true)
        .includeVars(true),
    )
    .withVariable(new DatasourceVariableBuilder('datasource').label('Prometheus').type('prometheus'))
    .withVariable(
      new QueryVariableBuilder('job')
        .label('Job')
        .datasource(DATASOURCE)
        .query(`label_values(${ALWAYS}{job=~".*refold-gateway.*"}, job)`)
        .refresh(VariableRefresh.OnDashboardLoad)
        .sort(VariableSort.AlphabeticalAsc),
    )
    .withVariable(
      new QueryVariableBuilder('instance')
        .label('Gateway')
        .datasource(DATASOURCE)
        .query(`label_values(${ALWAYS}{job="$job"}, instance)`)
        .refresh(VariableRefresh.OnTimeRangeChanged)
        .sort(VariableSort.AlphabeticalAsc)
        .multi(true)
        .includeAll(true)
        .allValue('.+'),
    );
  for (const [row, panels] of Object.entries(rows)) {
    builder.withRow(new RowBuilder(row));
    for (const panel of panels) builder.withPanel(panel);
  }
  return builder.build();
}
