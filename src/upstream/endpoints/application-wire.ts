import { z } from 'zod';
import { standInId } from '../../domain/id.ts';
import type { Application, ConnectedAccount } from '../../domain/model.ts';
import {
  boundedElements,
  date,
  flag,
  identifier,
  optionalId,
  reader,
  text,
  withStandIns,
} from './scalar-wire.ts';

/** A catalogue has hundreds. A longer one would hold up everybody while it is read, and is refused. */
const MAX_APPLICATIONS = 2000;
const MAX_ACCOUNTS = 1000;
const MAX_TAGS = 1000;

/** Picks what is safe to show: an account may come with more than its name. */
const ConnectedAccountWire = z
  .object({ identifier: z.unknown().optional(), auth_type: text, connectedAt: date, status: text })
  .transform((row): ConnectedAccount => ({
    identifier: row.identifier ?? null,
    authType: row.auth_type,
    connectedAt: row.connectedAt,
    status: row.status,
  }));

const ApplicationWire = z
  .object({
    app_id: optionalId,
    _id: optionalId,
    name: text,
    icon: text,
    slug: text,
    description: text,
    type: text,
    auth_type: text,
    ecosystem: text,
    tags: boundedElements(identifier, MAX_TAGS, 'tags')
      .transform((tags) => tags.filter((tag) => tag !== null))
      .nullable()
      .catch(null),
    connected: flag,
    reauth_required: flag,
    connected_accounts: boundedElements(ConnectedAccountWire, MAX_ACCOUNTS, 'connected accounts')
      .nullable()
      .catch(null),
  })
  .transform((row, context): Application => {
    const id = row.app_id ?? row._id;
    if (id === null) {
      context.addIssue({ code: 'custom', message: 'an application without an id' });
      return z.NEVER;
    }
    return {
      id,
      name: row.name,
      icon: row.icon,
      slug: row.slug,
      description: row.description,
      type: row.type,
      authType: row.auth_type,
      ecosystem: row.ecosystem,
      tags: row.tags,
      connected: row.connected,
      reauthRequired: row.reauth_required,
      connectedAccounts:
        row.connected_accounts && withStandIns(row.connected_accounts, () => ConnectedAccountWire.parse({})),
    };
  });

const ApplicationsWire = boundedElements(ApplicationWire, MAX_APPLICATIONS, 'applications').transform((all) =>
  withStandIns(all, (closest, distance) => ApplicationWire.parse({ app_id: standInId(closest, distance) })),
);

/** `GET /application`. */
export const readApplications = reader(ApplicationsWire, 'a list of applications');
/** `GET /application/{slug}`. */
export const readApplication = reader(ApplicationWire, 'an application');
