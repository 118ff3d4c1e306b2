import type { GraphQLRequestContextWillSendResponse } from '@apollo/server';
import { isNonNullType, Kind, OperationTypeNode, type GraphQLSchema, type SelectionSetNode } from 'graphql';
import type { Context } from '../../context.ts';
import { answerTooLarge } from '../../domain/cost.ts';
import type { AnswerTexts } from '../answer-texts.ts';
import { formatError } from '../format-error.ts';
import { jsonBytes } from '../json-bytes.ts';
import { charactersIn } from '../plan/characters.ts';
import type { Plans } from '../plan/plans.ts';
import type { OperationPlugin } from './compose.ts';

type Data = Record<string, unknown>;
type Path = readonly string[];

/** A character takes three bytes at the most, and the count of a value is less than as much again above its own. */
const MOST_BYTES_OF_A_CHARACTER = 6;

/**
 * Bounds how large an answer may be, after it ran and before it is written. A field of the operation that does not fit
 * any more is null, with COST_LIMIT_EXCEEDED on its path. Of a change only what is shown beside its outcome is: that it
 * was made is always told.
 */
export function createResponseLimit(
  maxBytes: number,
  texts: AnswerTexts,
  plans: Pick<Plans, 'of'>,
): OperationPlugin {
  /** Most answers are small. The text of one that is not too long is written anyway, where Apollo Server sends it. */
  const most = maxBytes / MOST_BYTES_OF_A_CHARACTER;
  const fitsSurely = (data: object, context: Context) => {
    const characters = plans.of(context)?.characters ?? charactersIn(data, most);
    return characters <= most && texts.ofData(data).length <= most;
  };
  return {
    willSendResponse: (context) => {
      const { request, response, operation, contextValue } = context;
      if (response.body.kind !== 'single') return;
      const result = response.body.singleResult;
      if (result.data == null || operation === undefined) return;
      if (request.http !== undefined && fitsSurely(result.data, contextValue)) return;
      const { data, cut } = fit(result.data, maxBytes, operation.operation === OperationTypeNode.MUTATION);
      if (cut.length === 0) return;
      const error = answerTooLarge(maxBytes);
      contextValue.outcome.codes.add(error.code);
      result.data = cut.every(([key]) => mayBeNull(context, key)) ? data : null;
      const told = cut.map((path) => formatError({ message: error.message, path }, error));
      result.errors = [...(result.errors ?? []), ...told];
    },
  };
}

/** Leaves out, in order, what does not fit. */
function fit(data: Data, maxBytes: number, isChange: boolean): { data: Data; cut: Path[] } {
  const cut: Path[] = [];
  let left = maxBytes;
  const kept = (value: unknown, path: Path): unknown => {
    const bytes = jsonBytes(value, left);
    if (bytes > left) {
      if (isChange && path.length === 1 && isObject(value)) return entries(value, path);
      // The outcome of a change is small, but for what it is shown with.
      if (!isChange || isObject(value)) {
        cut.push(path);
        return null;
      }
    }
    left = Math.max(0, left - bytes);
    return value;
  };
  const entries = (value: Data, path: Path): Data =>
    Object.fromEntries(Object.entries(value).map(([key, part]) => [key, kept(part, [...path, key])]));
  return { data: entries(data, []), cut };
}

function isObject(value: unknown): value is Data {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Whether the operation's field of this response key may be null. */
function mayBeNull(
  { schema, document, operation }: GraphQLRequestContextWillSendResponse<Context>,
  responseKey: string | undefined,
): boolean {
  const nameIn = ({ selections }: SelectionSetNode): string | null => {
    for (const selection of selections) {
      const found =
        selection.kind === Kind.FIELD
          ? (selection.alias ?? selection.name).value === responseKey && selection.name.value
          : nameIn(
              selection.kind === Kind.INLINE_FRAGMENT ? selection.selectionSet : spread(selection.name.value),
            );
      if (found !== false && found !== null) return found;
    }
    return null;
  };
  const spread = (name: string): SelectionSetNode => {
    const definition = document?.definitions.find(
      (one) => one.kind === Kind.FRAGMENT_DEFINITION && one.name.value === name,
    );
    return definition?.kind === Kind.FRAGMENT_DEFINITION
      ? definition.selectionSet
      : { kind: Kind.SELECTION_SET, selections: [] };
  };
  if (operation === undefined) return false;
  return isNullable(
    schema,
    operation.operation === OperationTypeNode.MUTATION,
    nameIn(operation.selectionSet),
  );
}

function isNullable(schema: GraphQLSchema, isChange: boolean, name: string | null): boolean {
  const root = isChange ? schema.getMutationType() : schema.getQueryType();
  const field = name === null ? undefined : root?.getFields()[name];
  return field !== undefined && !isNonNullType(field.type);
}
