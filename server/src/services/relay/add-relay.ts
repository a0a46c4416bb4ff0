import { isIP } from 'node:net'
import { normaliseDomain } from '#ground/mail/domain.ts'
import { domainsOf } from '#services/directory/directory-order.ts'
import { chainOf } from '#services/directory/publish-snapshot.ts'
import { changeRecorded } from '#services/directory/recorded-change.ts'
import { OrderError } from '#services/ledger/order-error.ts'
import { makePassword } from './mail-passwords.ts'
import { type RelayOrder, reaches, tenantInReach } from './relay-order.ts'
import { inRelays, type Relay, type RelayKind } from './relay-store.ts'

export interface NewRelay {
  readonly tenant: string
  readonly kind: RelayKind
  readonly value: string
  readonly domains?: readonly string[]
  readonly note?: string
}

/** Largest networks that may send: a whole cloud, not half of the internet. */
const widest = { 4: 12, 6: 28 } as const

/**
 * Lets a server of a customer send through here. Answers it, and for one that logs in its password, this once.
 * @throws OrderError
 */
export async function addRelay(
  order: RelayOrder,
  given: NewRelay,
): Promise<{ readonly relay: Relay; readonly password: string | null }> {
  const tenant = await tenantInReach(order, given.tenant)
  const domains = await readDomains(order, tenant, given.domains ?? [])
  if (!(await reaches(order, { tenant, domains })))
    throw new OrderError('not-found', `name domains in your reach: all of ${tenant} are not`)
  const relay: Relay = {
    id: order.newId(),
    tenant,
    kind: given.kind,
    value: readValue(given.kind, given.value),
    domains,
    note: (given.note ?? '').trim().slice(0, 200),
    addedAt: order.at,
    addedBy: order.who,
  }
  const same = await order.relays.relaysOf(relay.kind, relay.value)
  // Several customers may share a network of a cloud; a login or a certificate is one server's.
  if (same.some((each) => relay.kind !== 'network' || each.tenant === tenant))
    throw new OrderError('conflict', `${relay.kind} ${relay.value} is taken already`)
  const { id, kind, value } = relay
  await changeRecorded(order, inRelays.addRelay(relay), {
    ...{ what: 'relay-added', tenant, detail: { before: null, after: { id, kind, value, domains } } },
  })
  if (kind !== 'login') return { relay, password: null }
  const { shown } = await makePassword(order, { login: value, tenant, name: relay.note || value })
  return { relay, password: shown }
}

async function readDomains(order: RelayOrder, tenant: string, given: readonly string[]): Promise<string[]> {
  const [known, tenants] = [await domainsOf(order), await order.directory.tenants()]
  return given.map((each) => {
    const name = normaliseDomain(each.trim())
    const domain = known.find((one) => one.name === name)
    if (!domain || !chainOf(domain.tenant, tenants).some(({ id }) => id === tenant))
      throw new OrderError('not-found', `there is no domain ${each} of ${tenant}`)
    return domain.name
  })
}

function readValue(kind: RelayKind, text: string): string {
  const value = text.trim().toLowerCase()
  if (kind === 'network') return readNetwork(value)
  if (kind === 'certificate') {
    const digits = value.replace(/^sha256[: ]/, '').replaceAll(':', '')
    if (/^[0-9a-f]{64}$/.test(digits)) return digits
    throw new OrderError('wrong', 'a certificate is named by its SHA-256 fingerprint: 64 hex digits')
  }
  // An address would stand for a person.
  if (/^[a-z0-9][a-z0-9._-]{2,62}$/.test(value)) return value
  throw new OrderError('wrong', 'a login has 3 to 63 small letters, digits, dots and hyphens, and no @')
}

function readNetwork(text: string): string {
  const [address = '', bits, ...more] = text.split('/')
  const family = isIP(address) as 0 | 4 | 6
  const most = family === 4 ? 32 : 128
  const size = bits === undefined ? most : Number(bits)
  if (family === 0 || more.length > 0 || !/^\d{1,3}$/.test(bits ?? '0') || size > most)
    throw new OrderError('wrong', `${text} is no address or network, such as 192.0.2.0/24`)
  if (size < widest[family])
    throw new OrderError('wrong', `${text} is too wide; at most a /${widest[family]} may send`)
  return `${address}/${size}`
}
