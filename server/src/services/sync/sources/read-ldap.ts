import { connect, isIP, type Socket } from 'node:net'
import { connect as connectTls, rootCertificates, type TLSSocket } from 'node:tls'
import type { Client, Entry } from 'ldapts'
import { findPlace } from '#ground/platform/web/ask-page.ts'
import type { FoundPerson } from '../make-plan.ts'
import type { LdapSettings } from '../source-settings.ts'
import { SyncFault, type SyncFaultCode } from '../sync-fault.ts'
import type { OpenedSource } from '../sync-parts.ts'
import { AnswerBound } from './answer-bound.ts'
import { mostBytes, type Outside } from './outside.ts'
import { readProxyAddress } from './proxy-address.ts'

const answerMs = 60_000
const connectMs = 15_000
/** Ports of directories (RFC 4511, and the global catalogue) that may be asked at public addresses. */
const knownPorts = ['389', '636', '3268', '3269']
/** Attributes whose values are bytes and no text. */
const binary = ['objectGUID', 'objectSid']

/** People of an LDAP directory, page by page (RFC 2696). @throws SyncFault */
export async function* readLdap(
  source: OpenedSource,
  outside: Outside,
  signal: AbortSignal,
): AsyncGenerator<FoundPerson[]> {
  const settings = source.settings as unknown as LdapSettings
  const url = new URL(settings.url)
  const address = await placeOf(url, outside)
  let pages = 0
  const bound = new AnswerBound(mostBytes)
  let connection: { client: Client; close(): void } | null = null
  try {
    connection = await open(settings, { url, address }, bound, signal)
    const { client } = connection
    if (settings.startTls && url.protocol === 'ldap:') await client.startTLS(tlsOptions(settings, url))
    if (settings.bindDn !== '') await client.bind(settings.bindDn, source.secret)
    const options = {
      scope: 'sub' as const,
      filter: settings.filter,
      paged: { pageSize: source.isTest ? 10 : settings.pageSize },
      attributes: attributesOf(settings),
      explicitBufferAttributes: binary,
    }
    for await (const { searchEntries } of client.searchPaginated(settings.base, options)) {
      pages += 1
      bound.next()
      yield searchEntries.map((each) => toPerson(each, settings))
      if (source.isTest) return
    }
  } catch (cause) {
    throw bound.fault ?? toFault(cause, pages)
  } finally {
    bound.stop()
    connection?.close()
  }
}

async function placeOf(url: URL, { resolver, allowed }: Outside): Promise<string> {
  // The guard knows web addresses; a directory has a few ports more.
  const web = new URL(`https://${url.hostname}`)
  const isAllowedPort = url.port === '' || knownPorts.includes(url.port)
  if (!isAllowedPort) web.port = url.port
  const place = await findPlace(web, { resolver, allowed })
  if (typeof place === 'string') return place
  throw new SyncFault(
    place.kind === 'refused' ? 'address-refused' : 'unreachable',
    place.kind === 'answered' ? '' : place.why,
  )
}

async function open(
  settings: LdapSettings,
  { url, address }: { readonly url: URL; readonly address: string },
  bound: AnswerBound,
  signal: AbortSignal,
) {
  const { Client } = await import('ldapts')
  const sockets: (Socket | TLSSocket)[] = []
  const keep = <Kind extends Socket>(socket: Kind): Kind => {
    sockets.push(socket)
    bound.watch(socket)
    return socket
  }
  const secure = url.protocol === 'ldaps:'
  const port = Number(url.port || (secure ? 636 : 389))
  const client = new Client({
    url: `${url.protocol}//${url.host}`,
    timeout: answerMs,
    connectTimeout: connectMs,
    // Names in directories are hostile input, and some are not written as the standard has them.
    strictDN: false,
    createConnection: (() => keep(connect(port, address))) as typeof connect,
    createSecureConnection: ((...given: unknown[]) => {
      const [first] = given as [{ socket?: Socket }]
      // startTLS gives the socket that is open already.
      const place =
        typeof first === 'object' && first.socket ? { socket: first.socket } : { host: address, port }
      return keep(connectTls({ ...tlsOptions(settings, url), ...place }))
    }) as typeof connectTls,
  })
  const end = () => {
    for (const socket of sockets) socket.destroy(new Error('the time for it is over'))
  }
  signal.addEventListener('abort', end, { once: true })
  return {
    client,
    close() {
      signal.removeEventListener('abort', end)
      // What a server may still say to our good-bye concerns nobody.
      client.unbind().catch(() => undefined)
      setTimeout(() => {
        for (const socket of sockets) socket.destroy()
      }, 1000).unref()
    },
  }
}

function tlsOptions({ ca }: LdapSettings, { hostname }: URL) {
  const host = hostname.replace(/^\[|\]$/g, '')
  return {
    host,
    ...(isIP(host) === 0 && { servername: host }),
    ...(ca !== '' && { ca: [...rootCertificates, ca] }),
  }
}

function attributesOf(settings: LdapSettings): string[] {
  const { addressAttribute, aliasAttributes, nameAttribute, idAttribute, groupAttribute } = settings
  const wanted = [addressAttribute, ...aliasAttributes, nameAttribute, 'cn', idAttribute, groupAttribute]
  return [...new Set(wanted.filter((each) => each !== ''))]
}

function toPerson(entry: Entry, settings: LdapSettings): FoundPerson {
  const values = readValues(entry)
  const of = (name: string) => values.get(name.toLowerCase()) ?? []
  const plain = of(settings.addressAttribute).flatMap(readProxyAddress)
  const others = settings.aliasAttributes.flatMap((each) => of(each).flatMap(readProxyAddress))
  // Exchange writes the main address with its kind in capitals.
  const main = others.find((each) => each.isMain) ?? plain[0]
  const addresses = [...(main ? [main] : []), ...plain, ...others].map((each) => each.address)
  const name = [...of(settings.nameAttribute), ...of('cn')][0] ?? ''
  const groups = settings.groupAttribute === '' ? [] : of(settings.groupAttribute).map(nameOfGroup)
  const unique = [...new Map(addresses.map((each) => [each.toLowerCase(), each])).values()]
  return { id: of(settings.idAttribute)[0] ?? entry.dn, name, addresses: unique, groups }
}

function readValues(entry: Entry): Map<string, string[]> {
  const values = new Map<string, string[]>()
  for (const [name, value] of Object.entries(entry)) {
    const all = Array.isArray(value) ? value : [value]
    const isBytes = binary.some((each) => each.toLowerCase() === name.toLowerCase())
    values.set(
      name.toLowerCase(),
      all.map((each) => (typeof each === 'string' ? each : each.toString(isBytes ? 'hex' : 'utf8'))),
    )
  }
  return values
}

/** The first name of `CN=Sales,OU=Groups,...`; what is no such name stands for itself. */
function nameOfGroup(value: string): string {
  const found = /^[a-z][a-z0-9-]*=((?:[^,\\]|\\.)+)(?:,|$)/is.exec(value)?.[1]
  return found === undefined ? value : found.replace(/\\(.)/gs, '$1')
}

/** By result codes of RFC 4511, 4.1.9. */
const faultOfCode: Readonly<Record<number, SyncFaultCode>> = {
  2: 'wrong-settings',
  3: 'partial',
  4: 'partial',
  7: 'sign-in-refused',
  8: 'sign-in-refused',
  11: 'partial',
  13: 'sign-in-refused',
  16: 'wrong-settings',
  18: 'wrong-settings',
  32: 'wrong-settings',
  34: 'wrong-settings',
  48: 'sign-in-refused',
  49: 'sign-in-refused',
  50: 'not-permitted',
  51: 'busy',
  52: 'unreachable',
  53: 'not-permitted',
}

function toFault(cause: unknown, pages: number): SyncFault {
  if (cause instanceof SyncFault) return cause
  const { code, message, name } = cause as { code?: number | string; message: string; name: string }
  const text = `${name === 'Error' ? '' : `${name}: `}${message}`
  if (typeof code === 'number') {
    const fault = faultOfCode[code] ?? 'unreadable'
    const isPart = pages > 0 && fault !== 'sign-in-refused' && fault !== 'not-permitted'
    return new SyncFault(isPart ? 'partial' : fault, text)
  }
  if (/CERT|SELF_SIGNED|ALTNAME|^ERR_(?:TLS|SSL)|UNABLE_TO/.test(code ?? ''))
    return new SyncFault('certificate-refused', text)
  if (/filter/i.test(text) && pages === 0) return new SyncFault('wrong-settings', text)
  return new SyncFault(pages > 0 ? 'partial' : 'unreachable', text)
}
