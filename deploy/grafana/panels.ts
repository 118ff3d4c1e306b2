import {
  LegendDisplayMode,
  LegendPlacement,
  ReduceDataOptionsBuilder,
  SortOrder,
  StackingConfigBuilder,
  StackingMode,
  TooltipDisplayMode,
  VizLegendOptionsBuilder,
  VizTooltipOptionsBuilder,
} from '@grafana/grafana-foundation-sdk/common';
import { PanelBuilder as HeatmapBuilder } from '@grafana/grafana-foundation-sdk/heatmap';
import { DataqueryBuilder, PromQueryFormat } from '@grafana/grafana-foundation-sdk/prometheus';
import { PanelBuilder as StatBuilder } from '@grafana/grafana-foundation-sdk/stat';
import { PanelBuilder as TimeseriesBuilder } from '@grafana/grafana-foundation-sdk/timeseries';

/** What every panel reads from: the variable of the dashboard. */
const DATASOURCE = { type: 'prometheus', uid: '${datasource}' };

/** The series of the gateways that are picked, within the braces of a metric. */
const PICKED = 'job="$job", instance=~"$instance"';

/** What a panel shows. */
export interface Shown {
  readonly title: string;
  /** What is seen in it, and what to think of it. */
  readonly about: string;
  /** Grafana's name of the unit. */
  readonly unit: string;
  /**
   * In PromQL, by their legends, in which `{{label}}` stands for a label's value. `{@}` and `{@, …}` are the gateways that
   * are picked; `[@]` is the time over which a rate is to be taken.
   */
  readonly queries: Readonly<Record<string, string>>;
  /** Whether traces of single values are shown, too, where there are any. */
  readonly exemplars?: boolean;
}

/** The queries of a panel in PromQL. */
function queriesOf({ queries, exemplars = false }: Shown): DataqueryBuilder[] {
  return Object.entries(queries).map(([legend, text], index) => {
    const query = new DataqueryBuilder()
      .refId(String.fromCharCode('A'.charCodeAt(0) + index))
      .datasource(DATASOURCE)
      .expr(text.replaceAll('{@', `{${PICKED}`).replaceAll('[@]', '[$__rate_interval]'))
      .legendFormat(legend);
    return exemplars ? query.exemplar(true) : query;
  });
}

/** A number with its line below: what one looks at first. */
export function stat(shown: Shown): StatBuilder {
  return new StatBuilder()
    .title(shown.title)
    .description(shown.about)
    .datasource(DATASOURCE)
    .unit(shown.unit)
    .targets(queriesOf(shown))
    .reduceOptions(new ReduceDataOptionsBuilder().calcs(['lastNotNull']))
    .height(4)
    .span(6);
}

/** Lines over time. */
export function lines(shown: Shown): TimeseriesBuilder {
  return new TimeseriesBuilder()
    .title(shown.title)
    .description(shown.about)
    .datasource(DATASOURCE)
    .unit(shown.unit)
    .min(0)
    .fillOpacity(10)
    .targets(queriesOf(shown))
    .legend(
      new VizLegendOptionsBuilder()
        .displayMode(LegendDisplayMode.List)
        .placement(LegendPlacement.Bottom)
        .showLegend(true),
    )
    .tooltip(new VizTooltipOptionsBuilder().mode(TooltipDisplayMode.Multi).sort(SortOrder.Descending))
    .height(8)
    .span(12);
}

/** Lines on top of each other: parts of a whole. */
export function parts(shown: Shown): TimeseriesBuilder {
  return lines(shown)
    .fillOpacity(40)
    .stacking(new StackingConfigBuilder().mode(StackingMode.Normal).group('A'));
}

/** How a histogram's values spread; its query sums rates by `le`. */
export function spread(shown: Shown): HeatmapBuilder {
  const queries = queriesOf(shown).map((query) => query.format(PromQueryFormat.Heatmap));
  return new HeatmapBuilder()
    .title(shown.title)
    .description(shown.about)
    .datasource(DATASOURCE)
    .unit(shown.unit)
    .targets(queries)
    .height(8)
    .span(12);
}

/** The queries of percentiles of a histogram. @param among its series, in braces */
export function percentiles(
  histogram: string,
  among: string,
  percents: readonly number[],
): Readonly<Record<string, string>> {
  return Object.fromEntries(
    percents.map((percent) => [
      `${String(percent)} %`,
      `histogram_quantile(${String(percent / 100)}, sum by (le) (rate(${histogram}_bucket${among}[@])))`,
    ]),
  );
}
