import type { SampleSite } from '../harness/sample-site.ts'

/** A page that is looked at: by `pages.test.ts` for faults, and by scripts/screenshots.ts for people. */
export interface StoryPage {
  /** Names its pictures. */
  readonly name: string
  readonly path: (sample: SampleSite) => string
  /** What must stand on it when it is full. */
  readonly shows: RegExp
  /** Whether it is there on a site without any mail too. */
  readonly isThereEmpty?: boolean
}

/** Every page of the console: one entry each. */
export const storyPages: readonly StoryPage[] = [
  {
    name: 'home',
    path: () => '/',
    shows: /need you.*open alarm.*a part of it.*accepted/s,
    isThereEmpty: true,
  },
  { name: 'messages', path: () => '/messages', shows: /Offer for both of you/, isThereEmpty: true },
  { name: 'message', path: ({ messages }) => `/messages/${messages.delivered}`, shows: /every byte is safe/ },
  {
    name: 'message-aside',
    path: ({ messages }) => `/messages/${messages.quarantined}`,
    shows: /Set aside in quarantine/,
  },
  { name: 'message-waiting', path: ({ messages }) => `/messages/${messages.waiting}`, shows: /ECONNREFUSED/ },
  { name: 'queue', path: () => '/queue', shows: /ECONNREFUSED/, isThereEmpty: true },
  {
    name: 'returns',
    path: () => '/returns',
    shows: /domain-unknown.*Check what stands/s,
    isThereEmpty: true,
  },
  { name: 'stopped', path: () => '/returns?list=recipients', shows: /lost@customer/, isThereEmpty: true },
  { name: 'requests', path: () => '/requests', shows: /anna@clinic\.example/, isThereEmpty: true },
  { name: 'reported', path: () => '/reported', shows: /anna@bakery\.example/, isThereEmpty: true },
  {
    name: 'reported-one',
    path: ({ report }) => `/reported/${report}`,
    shows: /set aside wrongly.*taken for.*Why/s,
  },
  { name: 'held', path: () => '/held', shows: /Spring offer/, isThereEmpty: true },
  { name: 'suspended', path: () => '/suspended', shows: /offers@bakery\.example.*Free/s, isThereEmpty: true },
  { name: 'tenants', path: () => '/tenants', shows: /tenants/, isThereEmpty: true },
  { name: 'tenants-domains', path: () => '/tenants?list=domains', shows: /Mail flow/, isThereEmpty: true },
  { name: 'tenants-claims', path: () => '/tenants?list=claims', shows: /kiosk\.example/, isThereEmpty: true },
  {
    name: 'domain-claim',
    path: ({ claim }) => `/domain-claims/${claim}`,
    shows: /_mailkeep\.kiosk\.example/,
  },
  { name: 'tenant', path: () => '/tenants/partner', shows: /Harbour Bakery/ },
  { name: 'tenant-customer', path: () => '/tenants/bakery', shows: /bakery\.example/ },
  { name: 'domain', path: () => '/domains/bakery.example', shows: /Mail comes to us/ },
  { name: 'domain-people', path: () => '/domains/bakery.example?tab=people', shows: /lindenhof/ },
  {
    name: 'domain-reports',
    path: () => '/domains/bakery.example?tab=reports',
    shows: /Who sends in its name/,
  },
  {
    name: 'domain-signing',
    path: () => '/domains/bakery.example?tab=signing',
    shows: /_domainkey\.bakery\.example/,
  },
  {
    name: 'domain-setup',
    path: () => '/domains/bakery.example?tab=setup',
    shows: /Sending past us.*Exchange admin/s,
  },
  {
    name: 'domain-losses',
    path: () => '/domains/away.example?tab=people',
    shows: /2 addresses of.*stay in force.*night-desk@away\.example/s,
  },
  { name: 'person', path: () => '/people/anna@bakery.example', shows: /Shop.*Telephone/s },
  {
    name: 'person-mail',
    path: () => '/people/anna@bakery.example/mail',
    shows: /In quarantine now.*Newest mail/s,
  },
  { name: 'relays', path: () => '/relays', shows: /198\.51\.100\.7/, isThereEmpty: true },
  { name: 'sending', path: () => '/sending', shows: /127\.0\.0\.31.*warming up/s, isThereEmpty: true },
  {
    name: 'sending-receivers',
    path: () => '/sending?list=receivers',
    shows: /Receivers/,
    isThereEmpty: true,
  },
  { name: 'sending-address', path: () => '/sending/127.0.0.31', shows: /Warm-up.*taught it/s },
  { name: 'people', path: () => '/people', shows: /People/, isThereEmpty: true },
  { name: 'reports', path: () => '/reports', shows: /What it came to/, isThereEmpty: true },
  { name: 'health', path: () => '/health', shows: /What to do/, isThereEmpty: true },
  {
    name: 'told',
    path: () => '/alarms/told',
    shows: /after 15 min.*duty@bakery\.example.*Quiet hours: 22:00/s,
    isThereEmpty: true,
  },
  {
    name: 'incidents',
    path: () => '/incidents',
    shows: /suspected.*Mail in is judged late/s,
    isThereEmpty: true,
  },
  {
    name: 'incident',
    path: ({ incidents }) => `/incidents/${incidents.told}`,
    shows: /The cause is a scanner.*Why its own alarm/s,
  },
  {
    name: 'incident-suspected',
    path: ({ incidents }) => `/incidents/${incidents.suspected}`,
    shows: /34\.2 %.*1\.2 %/s,
  },
  {
    name: 'incident-mail',
    path: ({ incidents }) => `/incidents/${incidents.suspected}?tab=mail`,
    shows: /Try now: 3.*desk@away\.example/s,
  },
  {
    name: 'incident-postmortem',
    path: ({ incidents }) => `/incidents/${incidents.suspected}?tab=postmortem`,
    shows: /Questions that will be asked/,
  },
  {
    name: 'incident-published',
    path: ({ incidents }) => `/incidents/${incidents.past}?tab=postmortem`,
    shows: /the last word of this incident.*Why letters to Post Example came late/s,
  },
  {
    name: 'status-page',
    path: () => '/status-page',
    shows: /suspected: partial outage.*New disks for the store.*duty@clinic\.example/s,
    isThereEmpty: true,
  },
  {
    name: 'probes',
    path: () => '/probes',
    shows: /fails.*outbound.*unknown.*dns.*well.*inbound/s,
    isThereEmpty: true,
  },
  {
    name: 'probe',
    path: () => '/probes/path?component=outbound&path=node-1',
    shows: /How long it took.*it was not back/s,
  },
  {
    name: 'drills',
    path: () => '/probes?list=drills',
    shows: /(Start a drill|No drill may begin now).*478 listed of 478/s,
    isThereEmpty: true,
  },
  {
    name: 'findings',
    path: () => '/probes?list=findings',
    shows: /deferred share.*34 %.*its incident|deferred share.*its incident.*34 %/s,
    isThereEmpty: true,
  },
  {
    name: 'backups',
    path: () => '/backups',
    shows: /Age of the newest.*whole.*To restore.*mailkeep restore .* --from .*verified/s,
    isThereEmpty: true,
  },
  { name: 'quarantine', path: () => '/quarantine', shows: /You have won/, isThereEmpty: true },
  {
    name: 'quarantine-message',
    path: ({ messages }) => `/quarantine/${messages.quarantined}`,
    shows: /Taken for.*Release to/s,
  },
  {
    name: 'sync',
    path: () => '/sync',
    shows: /People are not brought from anywhere yet/,
    isThereEmpty: true,
  },
  { name: 'sync-new', path: () => '/sync/new', shows: /Search below/, isThereEmpty: true },
  { name: 'managers', path: () => '/managers', shows: /What each role may/, isThereEmpty: true },
  { name: 'manager', path: () => '/managers/olga', shows: /olga/ },
  { name: 'roles', path: () => '/roles', shows: /Quarantine manager/, isThereEmpty: true },
  { name: 'keys', path: () => '/keys', shows: /Make a key/, isThereEmpty: true },
  { name: 'webhooks', path: () => '/webhooks', shows: /Add a webhook/, isThereEmpty: true },
  { name: 'webhook', path: ({ webhook }) => `/webhooks/${webhook}`, shows: /What was sent.*hooks/s },
  {
    name: 'review-mails',
    path: () => '/people/review',
    shows: /Next mail.*anna@bakery\.example/s,
    isThereEmpty: true,
  },
  { name: 'groups', path: () => '/people/groups', shows: /Shop/, isThereEmpty: true },
  {
    name: 'group',
    path: () => '/people/groups/bakery.example%2Fshop',
    shows: /In quarantine now.*Newest mail.*anna@bakery\.example/s,
  },
  {
    name: 'messages-of-person',
    path: () => '/messages?show=counts&scope=user:anna@bakery.example',
    shows: /Verdict.*anna@bakery\.example/s,
  },
  {
    name: 'home-of-group',
    path: () => '/?scope=group:bakery.example/shop',
    shows: /Their mail.*Newest messages/s,
  },
  {
    name: 'reports-of-person',
    path: () => '/reports?scope=user:anna@bakery.example',
    shows: /came in.*Not counted at this level: how much waits/s,
  },
  {
    name: 'not-of-people',
    path: () => '/domains?scope=user:anna@bakery.example',
    shows: /Not for groups and people.*Their messages/s,
  },
  { name: 'brand', path: () => '/brand?scope=tenant:partner', shows: /As it will look/ },
  { name: 'brand-empty', path: () => '/brand', shows: /As it will look/, isThereEmpty: true },
  { name: 'identity', path: () => '/identity', shows: /Redirect address/, isThereEmpty: true },
  { name: 'identity-saml', path: () => '/identity?scope=tenant:partner', shows: /Nobody was refused/ },
  { name: 'definitions', path: () => '/definitions', shows: /2026\.11-prizes/, isThereEmpty: true },
  {
    name: 'definitions-lists',
    path: () => '/definitions/lists',
    shows: /No list is asked/,
    isThereEmpty: true,
  },
  {
    name: 'definitions-feeds',
    path: () => '/definitions/feeds',
    shows: /rules and weights|counts/,
    isThereEmpty: true,
  },
  { name: 'learning', path: () => '/learning', shows: /taught/, isThereEmpty: true },
  {
    name: 'learning-tenant',
    path: () => '/learning/bakery',
    shows: /What was made of it/,
  },
  {
    name: 'history',
    path: () => '/history',
    shows: /What pages say of themselves.*Letters to Bigmail/s,
    isThereEmpty: true,
  },
  { name: 'radar', path: () => '/radar', shows: /bakery\.example/, isThereEmpty: true },
  { name: 'radar-trips', path: () => '/radar?list=trips', shows: /anna@bakery/, isThereEmpty: true },
  {
    name: 'radar-test',
    path: ({ radarTest }) => `/radar/${radarTest}`,
    shows: /Everything that was looked at/,
  },
  { name: 'radar-path', path: ({ radarPath }) => `/radar/paths/${radarPath}`, shows: /Latest trips/ },
  { name: 'past-incident', path: ({ past }) => `/history/${past}`, shows: /told by its texts/ },
  { name: 'audit', path: () => '/audit', shows: /manager added/ },
  { name: 'profile', path: () => '/profile', shows: /Set up an authenticator/ },
  { name: 'policy', path: () => '/policy?level=tenant:bakery', shows: /Tolerance/ },
  { name: 'policy-lists', path: () => '/policy/lists?level=tenant:bakery', shows: /win-a-prize/ },
  { name: 'policy-rules', path: () => '/policy/rules?level=tenant:bakery', shows: /Prizes/ },
  {
    name: 'policy-rule',
    path: () => '/policy/rules/new?level=tenant:bakery&template=executable-attachments',
    shows: /kind of a file is one of executable/,
  },
  { name: 'policy-trials', path: () => '/policy/trials?level=tenant:bakery', shows: /held with it/ },
  {
    name: 'policy-versions',
    path: () => '/policy/versions?level=tenant:bakery',
    shows: /Added the rule Prizes/,
  },
]
