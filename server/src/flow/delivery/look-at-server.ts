import { createSecureContext, rootCertificates, type SecureContext } from 'node:tls'
import type { HandshakeFault } from '#ground/platform/tls/handshake-trouble.ts'
import { DeliveryFault } from './fault.ts'
import type { TlsaRecord } from './security/dane.ts'
import { SmtpClient } from './smtp-client.ts'
import type { Target } from './target.ts'

/** What one server shows to somebody who comes to its door and sends nothing. */
export interface ServerLook {
  readonly host: string
  readonly ip: string
  /** open: it greets; closed: it refuses the connection, or mail from us; silent: nobody answers; odd: it is no mail server. */
  readonly state: 'open' | 'closed' | 'silent' | 'odd'
  readonly why: string
  /** Version and cipher; empty: it did not come to TLS. */
  readonly tls: string
  /** What is wrong with its certificate; null: nothing, or there was none. */
  readonly fault: HandshakeFault | null
  readonly validTo: number | null
  /** A version of TLS below 1.2 that it takes; null: none, or that cannot be told. */
  readonly oldTls: string | null
  /** Whether its certificate is one that DNS names; null: DNS names none. */
  readonly fitsDane: boolean | null
  /** What it said to a recipient; null: it was not asked. */
  readonly rcpt: { readonly code: number; readonly text: string } | null
}

export interface LookQuestion {
  readonly host: string
  readonly ip: string
  readonly port: number
  readonly helo: string
  /** Address to come from; null: the system's choice. */
  readonly localAddress: string | null
  /** Whose certificates are believed; absent: those of the world. */
  readonly trust?: SecureContext
  /** Records of DANE that count; none: it is not held to any. */
  readonly tlsa: { readonly domain: string; readonly records: readonly TlsaRecord[] } | null
  /** Somebody to ask about, as RCPT; null: nobody is asked about. */
  readonly rcptTo: string | null
}

const times = { connectMs: 6000, commandMs: 8000, dataMs: 5000, finalMs: 5000 }

/**
 * Comes to the door of a server as delivery does, looks at what it shows, and leaves; never sends a message. Up to three
 * connections: one as the world comes, one held to DANE, one with versions of TLS that nobody should take any more.
 */
export async function lookAtServer(question: LookQuestion): Promise<ServerLook> {
  const first = await comeIn(question)
  if (first.state !== 'open' || first.tls === '') return first
  const { tlsa } = question
  const [fitsDane, oldTls] = await Promise.all([
    tlsa && tlsa.records.length > 0 ? fits(question, tlsa) : Promise.resolve(null),
    oldVersionOf(question),
  ])
  return { ...first, fitsDane, oldTls }
}

function targetOf({ host, ip, port }: LookQuestion): Target {
  return { protocol: 'smtp', host, ip, port, tls: 'opportunistic', identity: null }
}

async function comeIn(question: LookQuestion): Promise<ServerLook> {
  const { host, ip, helo, localAddress, trust, rcptTo } = question
  const base = { host, ip, tls: '', fault: null, validTo: null, oldTls: null, fitsDane: null, rcpt: null }
  let client: SmtpClient | null = null
  try {
    client = await SmtpClient.open({
      ...{ target: targetOf(question), helo, localAddress, times },
      ...(trust && { trust }),
    })
    const { tls, peerFault, validTo } = client
    const rcpt = rcptTo === null ? null : await askAbout(client, rcptTo)
    return { ...base, state: 'open', why: '', tls, fault: peerFault, validTo, rcpt }
  } catch (cause) {
    return { ...base, ...stateOf(cause) }
  } finally {
    client?.quit()
  }
}

async function askAbout(client: SmtpClient, address: string): Promise<{ code: number; text: string } | null> {
  try {
    const mail = await client.command('MAIL FROM:<>', 'mail', times.commandMs)
    if (mail.code >= 300) return { code: mail.code, text: mail.text }
    const { code, text } = await client.command(`RCPT TO:<${address}>`, 'rcpt', times.commandMs)
    return { code, text }
  } catch {
    return null
  }
}

function stateOf(cause: unknown): Pick<ServerLook, 'state' | 'why' | 'fault'> {
  const why = String((cause as Error).message)
  if (!(cause instanceof DeliveryFault)) return { state: 'odd', why, fault: null }
  // It greets and offers TLS, and the handshake breaks: mail that insists on TLS does not get in.
  if (cause.phase === 'starttls')
    return { state: 'open', why, fault: { trouble: cause.trouble ?? 'no-handshake', text: why } }
  if (cause.reply !== null || /ECONNREFUSED|ECONNRESET/.test(why))
    return { state: 'closed', why, fault: null }
  return cause.phase === 'connect' || cause.kind === 'timeout'
    ? { state: 'silent', why, fault: null }
    : { state: 'odd', why, fault: null }
}

async function fits(
  question: LookQuestion,
  { domain, records }: NonNullable<LookQuestion['tlsa']>,
): Promise<boolean | null> {
  const demand = { kind: 'dane', records, names: [question.host, domain] } as const
  const target: Target = { ...targetOf(question), tls: 'required', demand }
  try {
    const { helo, localAddress, trust } = question
    const client = await SmtpClient.open({ target, helo, localAddress, times, ...(trust && { trust }) })
    client.quit()
    return true
  } catch (cause) {
    return cause instanceof DeliveryFault && cause.trouble === 'not-in-dane' ? false : null
  }
}

/** Made once: reading all authorities takes milliseconds. Old versions need ciphers that are off by default. */
let old: SecureContext | null = null

async function oldVersionOf(question: LookQuestion): Promise<string | null> {
  old ??= createSecureContext({
    minVersion: 'TLSv1',
    maxVersion: 'TLSv1.1',
    ciphers: 'DEFAULT@SECLEVEL=0',
    ca: [...rootCertificates],
  })
  try {
    const { helo, localAddress } = question
    const client = await SmtpClient.open({
      target: targetOf(question),
      helo,
      localAddress,
      times,
      trust: old,
    })
    client.quit()
    return client.tls === '' ? null : (client.tls.split(' ')[0] ?? null)
  } catch {
    return null
  }
}
