import { standInId } from '../../domain/id.ts';
import type { Application, ConnectedAccount } from '../../domain/model.ts';
import {
  boundedListOf,
  dateOf,
  flagOf,
  idOf,
  isObject,
  readerBy,
  textOf,
  withStandIns,
  type Wire,
} from './scalar-wire.ts';

/** A catalogue has hundreds. A longer one would hold up everybody while it is read, and is refused. */
const MAX_APPLICATIONS = 2000;
const MAX_ACCOUNTS = 1000;
const MAX_TAGS = 1000;

type AccountWire = Wire<'identifier' | 'auth_type' | 'connectedAt' | 'status'>;

/** Picks what is safe to show: an account may come with more than its name. */
function accountOf(row: AccountWire): ConnectedAccount {
  return {
    identifier: row.identifier ?? null,
    authType: textOf(row.auth_type),
    connectedAt: dateOf(row.connectedAt),
    status: textOf(row.status),
  };
}

function readAccount(value: unknown): ConnectedAccount | null {
  return isObject(value) ? accountOf(value) : null;
}

type ApplicationWire = Wire<
  | 'app_id'
  | '_id'
  | 'name'
  | 'icon'
  | 'slug'
  | 'description'
  | 'type'
  | 'auth_type'
  | 'ecosystem'
  | 'tags'
  | 'connected'
  | 'reauth_required'
  | 'connected_accounts'
>;

function applicationOf(id: string, row: ApplicationWire): Application {
  const tags = boundedListOf(row.tags, MAX_TAGS, 'tags', idOf);
  const accounts = boundedListOf(row.connected_accounts, MAX_ACCOUNTS, 'connected accounts', readAccount);
  return {
    id,
    name: textOf(row.name),
    icon: textOf(row.icon),
    slug: textOf(row.slug),
    description: textOf(row.description),
    type: textOf(row.type),
    authType: textOf(row.auth_type),
    ecosystem: textOf(row.ecosystem),
    tags: tags?.filter((tag) => tag !== null) ?? null,
    connected: flagOf(row.connected),
    reauthRequired: flagOf(row.reauth_required),
    connectedAccounts: accounts && withStandIns(accounts, () => accountOf({})),
  };
}

function readRow(value: unknown): Application | null {
  const row: ApplicationWire = value ?? {};
  const id = idOf(row.app_id) ?? idOf(row._id);
  return id === null ? null : applicationOf(id, row);
}

/** `GET /application`. */
export const readApplications = readerBy((body) => {
  const all = boundedListOf(body, MAX_APPLICATIONS, 'applications', readRow);
  return all && withStandIns(all, (closest, distance) => applicationOf(standInId(closest, distance), {}));
}, 'a list of applications');
/** `GET /application/{slug}`. */
export const readApplication = readerBy(readRow, 'an application');
