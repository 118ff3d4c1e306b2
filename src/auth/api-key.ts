import { apiKeyCredential } from '../domain/credential.ts';
import { badInput } from '../domain/errors.ts';
import { isLinkedAccountId } from '../domain/id.ts';
import type { Strategy } from './strategy.ts';

/**
 * Way 2: the organisation's API key and a linked account, both forwarded.
 * @throws BAD_USER_INPUT when the linked account is missing or cannot be one
 */
export const apiKey: Strategy = ({ apiKey: key, linkedAccountId }) => {
  if (key === null) return null;
  if (linkedAccountId === null) throw badInput('x-api-key needs linked_account_id beside it');
  if (!isLinkedAccountId(linkedAccountId)) throw badInput('linked_account_id is not an id');
  return apiKeyCredential('API_KEY', key, linkedAccountId);
};
