import { X509Certificate } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { newId } from '#ground/platform/ids.ts'
import { addRelay } from '#services/relay/add-relay.ts'
import { listRelays } from '#services/relay/list-relays.ts'
import type { RelayOrder } from '#services/relay/relay-order.ts'
import type { RelayKind } from '#services/relay/relay-store.ts'
import { removeRelay } from '#services/relay/remove-relay.ts'
import { type Arguments, UseError } from './arguments.ts'
import { clip } from './clip.ts'
import type { GroupCommand } from './group-command.ts'
import { orderOf } from './order-of.ts'
import type { Site } from './site.ts'
import type { SiteCommand } from './site-command.ts'
import { table } from './table.ts'

const add: SiteCommand = {
  name: 'add',
  summary: 'lets a server of a customer send',
  help: `Usage: mailkeep relay add TENANT --network ADDRESS|NETWORK [--domain DOMAIN]... [--note TEXT]
       mailkeep relay add TENANT --certificate FILE.pem|SHA256 [--domain DOMAIN]... [--note TEXT]
       mailkeep relay add TENANT --login NAME [--domain DOMAIN]... [--note TEXT]
Lets a server send to the world through here, with senders in domains of its tenant and nobody else's.
  --network      it connects from there, to the port of gateway.listen; several customers may share a network
  --certificate  it shows this certificate with STARTTLS, whoever has signed it
  --login        it logs in at submission.listen; its password is printed, this once
  --domain       only with senders in these domains; without: all of the tenant and of those below it
  --note         what it is`,
  options: {
    network: { type: 'string' },
    certificate: { type: 'string' },
    login: { type: 'string' },
    domain: { type: 'string', multiple: true },
    note: { type: 'string' },
  },
  async run(site, given, out) {
    const [tenant, ...more] = given.words
    if (tenant === undefined || more.length > 0) throw new UseError('name one tenant')
    const note = given.text('note')
    const { relay, password } = await addRelay(relayOrderOf(site), {
      tenant,
      ...readSign(given),
      domains: given.texts('domain'),
      ...(note !== undefined && { note }),
    })
    await site.publish()
    const shown = password === null ? '' : ` Its password, shown this once: ${password}`
    out.answer(
      { ...relay, password },
      `${relay.id}: ${relay.kind} ${relay.value} may send for ${tenant}.${shown}`,
    )
    return 0
  },
}

const list: SiteCommand = {
  name: 'list',
  summary: 'lists servers that may send',
  help: `Usage: mailkeep relay list
Lists servers that may send to the world through here.`,
  options: {},
  async run(site, _given, out) {
    const { lines } = await listRelays(relayOrderOf(site), null, '', 10_000)
    const rows = lines.map((each) => [
      each.id,
      each.tenant,
      each.kind,
      clip(each.value, 40),
      clip(each.domains.join(' ') || 'all', 40),
      clip(each.note, 30),
    ])
    const nothing = 'No server may send; "mailkeep relay add TENANT --network ADDRESS" lets one.'
    const text =
      rows.length === 0 ? nothing : table(['relay', 'tenant', 'by', 'value', 'domains', 'note'], rows)
    out.answer({ relays: lines }, text)
    return 0
  },
}

const remove: SiteCommand = {
  name: 'remove',
  summary: 'takes that back',
  help: `Usage: mailkeep relay remove ID
The server may send no more; what it has handed in goes on.`,
  options: {},
  async run(site, given, out) {
    const [id, ...more] = given.words
    if (id === undefined || more.length > 0) throw new UseError('name one relay')
    const relay = await removeRelay(relayOrderOf(site), id)
    await site.publish()
    out.answer({ id }, `${relay.kind} ${relay.value} may send no more for ${relay.tenant}.`)
    return 0
  },
}

/** An order about who may send, by whoever runs this command. */
export function relayOrderOf(site: Site): RelayOrder {
  const order = orderOf(site)
  return { ...order, relays: site.relays, newId: () => newId(order.at) }
}

function readSign(given: Arguments): { kind: RelayKind; value: string } {
  const [network, certificate, login] = [
    given.text('network'),
    given.text('certificate'),
    given.text('login'),
  ]
  const named = [network, certificate, login].filter((each) => each !== undefined)
  if (named.length !== 1) throw new UseError('name one of --network, --certificate and --login')
  if (network !== undefined) return { kind: 'network', value: network }
  if (login !== undefined) return { kind: 'login', value: login }
  return { kind: 'certificate', value: readCertificate(certificate ?? '') }
}

function readCertificate(text: string): string {
  if (/^[0-9A-Fa-f:]{64,95}$/.test(text)) return text
  try {
    return new X509Certificate(readFileSync(text)).fingerprint256
  } catch (cause) {
    throw new UseError(`${text} is no certificate: ${(cause as Error).message}`)
  }
}

/** `./mailkeep relay`. */
export const command: GroupCommand = {
  name: 'relay',
  summary: 'servers that may send to the world: lets them, lists, takes back',
  verbs: [add, list, remove],
}
