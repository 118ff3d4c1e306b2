import { useEffect, useMemo, useSyncExternalStore } from 'react';
import { toCsv, toJson, type CsvOptions } from '../core/export-file.ts';
import {
  createRunExport,
  type ExportOptions,
  type RunExport,
  type RunExportState,
} from '../core/run-export.ts';
import type { RunFilter } from '../core/run.ts';
import type { SortDirection } from '../documents/generated.ts';
import { useRunHistory } from './provider.tsx';

/** A file of the list that is shown. */
export interface Exporter extends RunExportState, Omit<RunExport, 'get' | 'subscribe'> {
  /** What was read, as a table. */
  readonly toCsv: (options?: CsvOptions) => string;
  /** What was read, with its filter and where it was cut. */
  readonly toJson: () => string;
}

/** Reads a filtered list for a file. Another filter, order or limit begins anew; so does a component that is gone. */
export function useExport(
  filter: RunFilter,
  sort: SortDirection = 'DESC',
  limits: Omit<ExportOptions, 'filter' | 'sort'> = {},
): Exporter {
  const { client } = useRunHistory();
  const name = JSON.stringify({ ...limits, filter, sort });
  const file = useMemo(() => {
    const options = JSON.parse(name) as ExportOptions & {
      readonly filter: RunFilter;
      readonly sort: SortDirection;
    };
    return { options, ...createRunExport(client, options) };
  }, [client, name]);
  useEffect(() => file.abort, [file]);
  const state = useSyncExternalStore(file.subscribe, file.get, file.get);
  return useMemo(
    () => ({
      ...state,
      start: file.start,
      abort: file.abort,
      reset: file.reset,
      toCsv: (options) => toCsv(state.rows, options),
      toJson: () => toJson(state, { ...file.options, nowMs: Date.now() }),
    }),
    [file, state],
  );
}
