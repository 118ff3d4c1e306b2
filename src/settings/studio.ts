import { z } from 'zod';
import { flag, httpUrl } from './readers.ts';
import { optional, setting, type ValuesOf } from './setting.ts';

/** What is reported to Apollo Studio. */
export const STUDIO_SETTINGS = {
  APOLLO_KEY: optional(
    z.string().regex(/^[\x21-\x7e]+$/, 'must not have spaces or special characters'),
    'A key of your graph. With it, what is asked is reported: see [Apollo Studio](studio.md). Needs `APOLLO_GRAPH_REF`.',
  ),
  APOLLO_GRAPH_REF: optional(
    z
      .string()
      .regex(/^[^\s@]{1,64}(@[^\s@]{1,64})?$/, 'must be a graph and its variant such as runs@production'),
    'The graph and its variant, such as `runs@production`.',
  ),
  APOLLO_SCHEMA_REPORTING: setting(
    flag,
    'true',
    'Whether the schema is reported, too. Turn it off where `rover graph publish` does it.',
  ),
  APOLLO_USAGE_URL: optional(
    httpUrl(false),
    'Where reports of usage go instead, such as to a relay of your own.',
  ),
  APOLLO_SCHEMA_URL: optional(httpUrl(false), 'Where the schema is reported to instead.'),
};

/** What is wrong with them together; null: nothing. */
export function studioMistake({ APOLLO_KEY, APOLLO_GRAPH_REF }: StudioValues): string | null {
  return APOLLO_KEY !== null && APOLLO_GRAPH_REF === null
    ? 'APOLLO_GRAPH_REF is missing: APOLLO_KEY needs it'
    : null;
}

type StudioValues = ValuesOf<typeof STUDIO_SETTINGS>;

/** The same by its names in the code; null: nothing is reported. */
export function studioOf(values: StudioValues) {
  const { APOLLO_KEY: key, APOLLO_GRAPH_REF: graphRef } = values;
  if (key === null || graphRef === null) return null;
  return {
    key,
    graphRef,
    reportsSchema: values.APOLLO_SCHEMA_REPORTING,
    usageUrl: values.APOLLO_USAGE_URL,
    schemaUrl: values.APOLLO_SCHEMA_URL,
  };
}
