import { duration, whole } from './readers.ts';
import { setting, type ValuesOf } from './setting.ts';

/** What is remembered of upstream's answers. */
export const CACHE_SETTINGS = {
  CACHE_MAX_BYTES: setting(
    whole(0, 2 ** 40),
    '33554432',
    'About how much memory the cache may take; a quarter of it is for whole answers.',
  ),
  CACHE_LIST_MS: setting(
    duration,
    '2000',
    'How long a list of executions is as good as new; 0: not kept at all.',
  ),
  CACHE_RUNNING_MS: setting(duration, '2000', 'The same for an execution that has not ended.'),
  CACHE_TERMINAL_MS: setting(duration, '3600000', 'The same for one that has: it does not change.'),
  CACHE_WORKFLOW_MS: setting(duration, '300000', 'The same for workflows.'),
  CACHE_APPLICATION_MS: setting(duration, '60000', 'The same for applications.'),
  CACHE_NOT_FOUND_MS: setting(duration, '5000', 'The same for what does not exist.'),
  CACHE_STALE_MS: setting(
    duration,
    '10000',
    'How long after that an answer is still shown where a new one would have to wait or takes long, and is fetched in the background.',
  ),
  CACHE_STALE_IF_ERROR_MS: setting(
    duration,
    '600000',
    'How old an answer may be to be shown while upstream cannot be asked.',
  ),
};

/** The part of the cache's memory that whole answers may take. */
const ANSWERS_PART = 1 / 4;

function answerBytesOf({ CACHE_MAX_BYTES }: ValuesOf<typeof CACHE_SETTINGS>): number {
  return Math.floor(CACHE_MAX_BYTES * ANSWERS_PART);
}

/** The same by its names in the code. */
export function cacheOf(values: ValuesOf<typeof CACHE_SETTINGS>) {
  return {
    maxBytes: values.CACHE_MAX_BYTES - answerBytesOf(values),
    /** The part of the setting that is for whole answers; `maxBytes` is the rest. */
    maxAnswerBytes: answerBytesOf(values),
    /** How long each class of answer is as good as new, in milliseconds. */
    fresh: {
      list: values.CACHE_LIST_MS,
      running: values.CACHE_RUNNING_MS,
      terminal: values.CACHE_TERMINAL_MS,
      workflow: values.CACHE_WORKFLOW_MS,
      application: values.CACHE_APPLICATION_MS,
      notFound: values.CACHE_NOT_FOUND_MS,
    },
    staleMs: values.CACHE_STALE_MS,
    staleIfErrorMs: values.CACHE_STALE_IF_ERROR_MS,
  };
}
