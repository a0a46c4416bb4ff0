/** What somebody may do, within his scope. */
export const rights = [
  /** Lists, traces, queue and flow; never content. */
  'mail.read',
  /** Content of messages, with a row in the audit log for each look. */
  'content.read',
  /** Release, delete, report. */
  'quarantine.act',
  /** Release of what holds a virus: a right of its own (GW-38). */
  'quarantine.virus',
  /** Retry, hold, release, reroute, return, resend. */
  'queue.act',
  /** Allow and block lists. */
  'lists.write',
  /** Settings, rules, weights. */
  'policy.write',
  /** Tenants, domains, people: lists and states. */
  'directory.read',
  /** Adding, changing and removing them. */
  'directory.write',
  /** Managers and keys below the own level. */
  'access.write',
  'audit.read',
  /** Handing out and erasing what is kept about a person. */
  'person.data',
  /** Node, alarms, metrics, definitions: the house itself. */
  'site.read',
  'site.write',
] as const
export type Right = (typeof rights)[number]

/** What each right means, for people who give them. */
export const rightWords: Readonly<Record<Right, string>> = {
  'mail.read': 'See lists, traces, queue and mail flow, but no content',
  'content.read': 'Read content of messages; each look is noted',
  'quarantine.act': 'Release and delete what is set aside, and report it',
  'quarantine.virus': 'Release what holds a virus',
  'queue.act': 'Retry, hold, reroute, return and resend',
  'lists.write': 'Write allow and block lists',
  'policy.write': 'Change settings, rules and weights',
  'directory.read': 'See tenants, domains and people',
  'directory.write': 'Change tenants, domains and people',
  'access.write': 'Manage managers, keys, brand and webhooks; look with the eyes of others',
  'audit.read': 'Read the audit log',
  'person.data': 'Hand out and erase what is kept about a person',
  'site.read': 'See nodes, alarms and definitions',
  'site.write': 'Change the house itself',
}

const reading: readonly Right[] = ['mail.read', 'directory.read']
const quarantine: readonly Right[] = [...reading, 'content.read', 'quarantine.act', 'lists.write']
const technical: readonly Right[] = [
  ...reading,
  'quarantine.act',
  'lists.write',
  'queue.act',
  'policy.write',
  'directory.write',
]
const administrator: readonly Right[] = [
  ...technical,
  'content.read',
  'access.write',
  'audit.read',
  'person.data',
]

/** The roles of CN-20, side by side. A technician sees no content: he mends the way of mail, and reads none of it. */
export const roles = {
  operator: { name: 'Operator', rights: [...rights] },
  administrator: { name: 'Administrator', rights: administrator },
  technical: { name: 'Technical', rights: technical },
  quarantine: { name: 'Quarantine manager', rights: quarantine },
  reader: { name: 'Reader', rights: reading },
} as const satisfies Record<string, { readonly name: string; readonly rights: readonly Right[] }>
export type RoleName = keyof typeof roles

/** The five scopes of keys (CN-18), and the rights that each stands for. */
export const keyScopes = {
  logs: ['mail.read', 'audit.read'],
  messages: ['mail.read', 'content.read', 'quarantine.act', 'queue.act'],
  configuration: ['policy.write', 'site.read'],
  directory: ['directory.read', 'directory.write'],
  allow_block_rules: ['lists.write'],
} as const satisfies Record<string, readonly Right[]>
export type KeyScope = keyof typeof keyScopes

const ofWholeTenants: ReadonlySet<Right> = new Set(['audit.read', 'person.data'])

/**
 * What is left of rights within a reach. The house itself is the operator's: whoever stands below never has it, whatever
 * his role is called. The audit log, and what is kept about a person, are of whole tenants: who looks after some domains
 * alone has none of it.
 */
export function rightsWithin(
  given: readonly Right[],
  { isHouse, isWhole }: { readonly isHouse: boolean; readonly isWhole: boolean },
): readonly Right[] {
  return given.filter(
    (each) => (isHouse || !each.startsWith('site.')) && (isWhole || !ofWholeTenants.has(each)),
  )
}

export function isRole(name: string): name is RoleName {
  return Object.hasOwn(roles, name)
}

export function isKeyScope(name: string): name is KeyScope {
  return Object.hasOwn(keyScopes, name)
}

/** Rights that scopes stand for; one that there is no more stands for none. */
export function rightsOfScopes(scopes: readonly string[]): Right[] {
  return scopes.filter(isKeyScope).flatMap((scope) => [...keyScopes[scope]])
}
