import { normaliseAddress, parseMailbox } from '#ground/mail/address.ts'
import type { DirectoryStore, Domain, Tenant } from '#services/directory/directory-store.ts'
import { policySettings } from '#services/directory/policy-settings.ts'
import { chainOf } from '#services/directory/publish-snapshot.ts'
import { OrderError } from '#services/ledger/order-error.ts'

/** What the gateway would say to a recipient now. */
export interface RecipientView {
  readonly kind: 'known' | 'unknown' | 'lost' | 'not-ours' | 'unavailable'
  readonly reply: string
}

/** Where mail for a domain would leave to now. */
export interface HopView {
  /** The next hop as it is written in the directory, or `mx:DOMAIN`. */
  readonly nextHop: string
  /** Servers in the order in which they would be tried. */
  readonly targets: readonly string[]
  /** Why nothing could be sent at the moment; null: it could. */
  readonly trouble: string | null
  /** Whether the way leads back to this site. */
  readonly loops: boolean
}

/** A policy setting in force, and which level made it so. */
export interface PolicyValue {
  readonly name: string
  readonly value: string
  /** `customer example`, `domain example.test`, or `default`. */
  readonly from: string
  readonly locked: boolean
}

export interface RouteParts {
  readonly directory: DirectoryStore
  readonly recipient: (local: string, domain: string) => RecipientView
  readonly hop: (domain: string) => Promise<HopView>
}

export interface Route {
  readonly sender: string
  readonly recipient: string
  readonly direction: 'inbound' | 'not-ours'
  readonly view: RecipientView
  readonly tenant: string | null
  readonly policy: readonly PolicyValue[]
  readonly hop: HopView
  /** Whether mail from this sender would be delivered as things are. */
  readonly wouldFlow: boolean
}

/**
 * What would happen to mail from a sender to a recipient (GW-42), as far as it can be told without its content.
 * Nothing is sent. @throws OrderError for what is no address
 */
export async function explainRoute(parts: RouteParts, sender: string, recipient: string): Promise<Route> {
  const [from, to] = [readAddress(sender, true), readAddress(recipient, false)]
  const view = parts.recipient(to.local, to.domain)
  const domain = (await parts.directory.domains()).find((each) => each.name === to.domain)
  const tenants = await parts.directory.tenants()
  const hop = await parts.hop(to.domain)
  return {
    sender: from.address,
    recipient: to.address,
    direction: domain ? 'inbound' : 'not-ours',
    view,
    tenant: domain?.tenant ?? null,
    policy: domain ? explainPolicy(domain, tenants) : [],
    hop,
    wouldFlow: view.kind === 'known' && hop.trouble === null,
  }
}

function readAddress(text: string, mayBeEmpty: boolean): { address: string; local: string; domain: string } {
  const bare = text.replace(/^<|>$/g, '')
  if (bare === '' && mayBeEmpty) return { address: '', local: '', domain: '' }
  const mailbox = parseMailbox(bare, { smtputf8: true })
  if (mailbox === null || mailbox.domain === '')
    throw new OrderError(
      'wrong',
      `${text} is no mail address${mayBeEmpty ? '; a bounce has the sender <>' : ''}`,
    )
  const { address, local, domain } = normaliseAddress(bare)
  return { address, local, domain }
}

/** Each setting with the level that it comes from: the narrowest one that no level above has locked. */
export function explainPolicy(domain: Domain, tenants: readonly Tenant[]): PolicyValue[] {
  const levels = [
    ...chainOf(domain.tenant, tenants).map((each) => ({ ...each, title: `${each.level} ${each.id}` })),
    { title: `domain ${domain.name}`, settings: domain.settings, locked: domain.locked ?? [] },
  ]
  return explainLevels(levels)
}

/** A level of a chain with the name that people know it by. */
export interface TitledLevel {
  readonly title: string
  readonly settings: Readonly<Record<string, string>>
  readonly locked: readonly string[]
}

/** Every setting in force at the end of a chain of levels, widest first, with the level that makes it so. */
export function explainLevels(levels: readonly TitledLevel[]): PolicyValue[] {
  const plain = Object.entries(policySettings).map(([name, about]) => ({ name, about }))
  const set = new Set(levels.flatMap((each) => Object.keys(each.settings)))
  const others = [...set].filter((name) => !Object.hasOwn(policySettings, name)).sort()
  return [...plain, ...others.map((name) => ({ name, about: { default: '' } }))].map(({ name, about }) => {
    let found: PolicyValue = { name, value: about.default, from: 'default', locked: false }
    for (const level of levels) {
      const value = level.settings[name]
      if (value !== undefined && !found.locked) found = { name, value, from: level.title, locked: false }
      if (level.locked.includes(name)) found = { ...found, locked: true }
    }
    return found
  })
}
