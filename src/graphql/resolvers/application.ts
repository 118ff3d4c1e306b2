import type { Application } from '../../domain/model.ts';
import { embeddedOrLoaded } from './embedded-or-loaded.ts';
import type { Resolvers } from './generated.ts';
import { readable } from './readable.ts';

const field = embeddedOrLoaded<Application>(({ loaders }, { id }) => loaders.application.load(id));
const accountsOf = field('connectedAccounts').resolve;

/** `application` and `applications`, and the fields of an `Application` wherever it is met. */
export const applicationResolvers: Resolvers = {
  Query: {
    application: (_root, { slug }, { loaders }) => loaders.applicationBySlug.load(slug),
    applications: async (_root, { connected }, context, info) => {
      const all = readable(await context.loaders.applications(), context, info);
      // Upstream cannot be asked for some of them. One that does not say is neither.
      return connected == null ? all : all.filter((one) => one.connected === connected);
    },
  },
  Application: {
    name: field('name'),
    icon: field('icon'),
    slug: field('slug'),
    description: field('description'),
    type: field('type'),
    authType: field('authType'),
    ecosystem: field('ecosystem'),
    tags: field('tags'),
    connected: field('connected'),
    reauthRequired: field('reauthRequired'),
    connectedAccounts: async (application, args, context, info) => {
      const accounts = await accountsOf(application, args, context);
      return accounts && readable(accounts, context, info);
    },
  },
  ConnectedAccount: {
    identifier: ({ identifier }, _args, { showOutput }) => showOutput(identifier, null),
  },
};
