import type { DatabaseSync } from 'node:sqlite'
import type { KnownSender, Login } from '#flow/gateway/sender-source.ts'
import { NetworkList } from '#ground/platform/network-list.ts'
import type { PasswordRecord } from '#ground/platform/password-record.ts'

/** Who may send through here, in a snapshot file. */
export interface SenderReader {
  relaysOf(ip: string, fingerprint: string | null): readonly KnownSender[]
  loginOf(name: string): Login | null
  readonly hasCertificates: boolean
}

interface RelayRow {
  readonly id: string
  readonly tenant: string
  readonly kind: 'network' | 'certificate' | 'login'
  readonly value: string
  readonly domains: string
}

interface LoginRow {
  readonly login: string
  readonly tenant: string
  readonly domains: string
  readonly addresses: string | null
  readonly passwords: string
}

/** Prepares the questions. @throws where the file is of an older program */
export function readSenders(database: DatabaseSync): SenderReader {
  const rows = database
    .prepare('SELECT id, tenant, kind, value, domains FROM relays')
    .all() as unknown as RelayRow[]
  const login = database.prepare(
    'SELECT login, tenant, domains, addresses, passwords FROM logins WHERE login = ?',
  )
  const networks = rows
    .filter((each) => each.kind === 'network')
    .map((each) => ({ list: new NetworkList([each.value]), sender: toSender(each, 'network') }))
  const certificates = new Map(
    rows
      .filter((each) => each.kind === 'certificate')
      .map((each) => [each.value, toSender(each, 'certificate')]),
  )
  return {
    hasCertificates: certificates.size > 0,
    relaysOf(ip, fingerprint) {
      const proved = fingerprint === null ? undefined : certificates.get(fingerprint)
      const near = networks.filter(({ list }) => list.contains(ip)).map(({ sender }) => sender)
      return proved ? [proved, ...near] : near
    },
    loginOf(name) {
      const row = login.get(name.toLowerCase()) as LoginRow | undefined
      return row ? toLogin(row) : null
    },
  }
}

function toSender({ id, tenant, domains }: RelayRow, by: 'network' | 'certificate'): KnownSender {
  return { by, name: id, tenant, domains: readDomains(domains), addresses: null }
}

function toLogin({ login, tenant, domains, addresses, passwords }: LoginRow): Login {
  return {
    sender: {
      by: 'login',
      name: login,
      tenant,
      domains: readDomains(domains),
      addresses: addresses === null ? null : (JSON.parse(addresses) as string[]),
    },
    passwords: JSON.parse(passwords) as PasswordRecord[],
  }
}

/** None are named: all of the tenant. */
function readDomains(text: string): readonly string[] | null {
  const domains = JSON.parse(text) as string[]
  return domains.length === 0 ? null : domains
}
