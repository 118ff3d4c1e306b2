import type { Application } from '../domain/model.ts';
import type { Resolvers } from '../graphql/generated.ts';
import { fieldsAtHand } from './at-hand.ts';

const field = fieldsAtHand<Application>(({ loaders }, id) => loaders.application.load(id));

/** `application` and `applications`, and the fields of an `Application` wherever it is met. */
export const applicationResolvers: Resolvers = {
  Query: {
    application: (_root, { slug }, { loaders }) => loaders.applicationBySlug.load(slug),
    applications: (_root, _args, { loaders }) => loaders.applications(),
  },
  Application: {
    name: field('name'),
    icon: field('icon'),
    slug: field('slug'),
    description: field('description'),
    type: field('type'),
    authType: field('authType'),
    tags: field('tags'),
    connected: field('connected'),
    reauthRequired: field('reauthRequired'),
    connectedAccounts: field('connectedAccounts'),
  },
};
