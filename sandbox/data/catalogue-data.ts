/** One application of the catalogue, before it has an id. */
export interface ApplicationSeed {
  readonly slug: string;
  /** Its id and icon where they are the document's own. */
  readonly own?: { readonly id: string; readonly icon: string };
  readonly name: string;
  readonly description: string;
  readonly type: string;
  readonly authType: 'oauth2' | 'keybased';
  readonly tags: readonly string[];
  readonly events: readonly [string, ...string[]];
  /** Names of its public workflows. */
  readonly workflows: readonly string[];
}

/** The applications and public workflows of the org. Slack and its first workflow are the document's own. */
export const APPLICATION_SEEDS: readonly ApplicationSeed[] = [
  {
    slug: 'slack',
    own: {
      id: '64f6d9f33234d3d6419cfdbc',
      icon: 'https://cobalt-app-logos.s3.ap-south-1.amazonaws.com/slack/logo.png',
    },
    name: 'Slack',
    description: 'Team messaging',
    type: 'public',
    authType: 'oauth2',
    tags: ['Communication'],
    events: ['New Message', 'Channel Created'],
    workflows: [
      'Post message to a channel',
      'Alert the on-call channel',
      'Invite user to a channel',
      'Daily digest',
    ],
  },
  {
    slug: 'hubspot',
    name: 'HubSpot',
    description: 'Marketing and sales CRM',
    type: 'public',
    authType: 'oauth2',
    tags: ['CRM', 'Marketing'],
    events: ['New Contact Created', 'Deal Updated'],
    workflows: ['Sync contacts', 'Create deal from form', 'Update company owner', 'Export lifecycle stages'],
  },
  {
    slug: 'google_sheets',
    name: 'Google Sheets',
    description: 'Spreadsheets',
    type: 'public',
    authType: 'oauth2',
    tags: ['Productivity', 'Storage'],
    events: ['Row Added', 'Row Updated'],
    workflows: [
      'Append row to a sheet',
      'Import rows as records',
      'Refresh report sheet',
      'Archive old rows',
    ],
  },
  {
    slug: 'notion',
    name: 'Notion',
    description: 'Notes and documents',
    type: 'public',
    authType: 'oauth2',
    tags: ['Productivity'],
    events: ['Page Created', 'Page Updated'],
    workflows: [
      'Create page from template',
      'Mirror tasks to a database',
      'Publish release notes',
      'Index documents',
    ],
  },
  {
    slug: 'salesforce',
    name: 'Salesforce',
    description: 'Customer relationship management',
    type: 'public',
    authType: 'oauth2',
    tags: ['CRM'],
    events: ['Lead Created', 'Opportunity Closed'],
    workflows: ['Create lead', 'Sync opportunities', 'Update account hierarchy'],
  },
  {
    slug: 'gmail',
    name: 'Gmail',
    description: 'Email',
    type: 'public',
    authType: 'oauth2',
    tags: ['Communication', 'Email'],
    events: ['Email Received', 'Label Added'],
    workflows: ['Send welcome email', 'Forward invoices', 'Label support requests'],
  },
  {
    slug: 'jira',
    name: 'Jira',
    description: 'Issue tracking',
    type: 'public',
    authType: 'oauth2',
    tags: ['Ticketing'],
    events: ['Issue Created', 'Issue Transitioned'],
    workflows: ['Create issue from ticket', 'Sync issue status', 'Close stale issues'],
  },
  {
    slug: 'asana',
    name: 'Asana',
    description: 'Project management',
    type: 'public',
    authType: 'oauth2',
    tags: ['Project management'],
    events: ['Task Created', 'Task Completed'],
    workflows: ['Create task', 'Copy project template', 'Report overdue tasks'],
  },
  {
    slug: 'stripe',
    name: 'Stripe',
    description: 'Payments',
    type: 'public',
    authType: 'keybased',
    tags: ['Payments', 'Finance'],
    events: ['Charge Succeeded', 'Invoice Paid'],
    workflows: ['Record payment', 'Sync invoices', 'Notify failed charge'],
  },
  {
    slug: 'zendesk',
    name: 'Zendesk',
    description: 'Customer support',
    type: 'public',
    authType: 'keybased',
    tags: ['Support', 'Ticketing'],
    events: ['Ticket Created', 'Ticket Solved'],
    workflows: ['Open ticket from email', 'Escalate urgent ticket', 'Sync satisfaction ratings'],
  },
  {
    slug: 'mailchimp',
    name: 'Mailchimp',
    description: 'Email marketing',
    type: 'public',
    authType: 'keybased',
    tags: ['Marketing', 'Email'],
    events: ['Subscriber Added', 'Campaign Sent'],
    workflows: ['Add subscriber to audience', 'Sync unsubscribes', 'Tag active customers'],
  },
  {
    slug: 'shopify',
    name: 'Shopify',
    description: 'Online shop',
    type: 'custom',
    authType: 'keybased',
    tags: ['E-commerce'],
    events: ['Order Created', 'Product Updated'],
    workflows: ['Push order to warehouse', 'Update stock levels', 'Sync product catalogue'],
  },
];

/** Names and application slugs of the workflows that every linked account has for itself. */
export const PRIVATE_WORKFLOW_SEEDS = [
  { name: 'Nightly export', slug: 'google_sheets' },
  { name: 'Custom lead routing', slug: 'salesforce' },
  { name: 'Internal audit trail', slug: 'notion' },
] as const;
