import type { SecureContext } from 'node:tls'
import type { Clock } from '#ground/platform/clock.ts'
import { DeliveryFault } from './fault.ts'
import { parseNextHop } from './next-hop.ts'
import { findTargets, nextHopOf, type RouteOptions } from './route.ts'
import { SmtpClient } from './smtp-client.ts'
import type { Target } from './target.ts'

/** One line of a conversation. `us` and `them`: what was said; `note`: what happened beside it. */
export interface TranscriptLine {
  readonly who: 'us' | 'them' | 'note'
  readonly text: string
  /** Milliseconds from the beginning. */
  readonly afterMs: number
}

export interface ProbeResult {
  /** Whether a recipient was taken. */
  readonly ok: boolean
  readonly why: string
  readonly nextHop: string
  readonly target: string
  /** Version and cipher; empty: there was no TLS. */
  readonly tls: string
  readonly transcript: readonly TranscriptLine[]
}

export interface ProbeOptions extends RouteOptions {
  readonly helo: string
  /** Whose certificates are believed; absent: those of the world. */
  readonly trust?: SecureContext
  readonly clock: Clock
  /** Whether a server may be talked to; refused ones are not connected to. */
  readonly mayReach: (ip: string) => boolean
}

const times = { connectMs: 5000, commandMs: 5000, dataMs: 5000, finalMs: 5000 }
/** Servers of one next hop that are tried. */
const mostTargets = 3
const mostLines = 100
const longestLine = 500

/**
 * Talks to the next hop of a domain as delivery would, up to RCPT and without ever sending a message: with the real
 * client, the servers that delivery would find, and their TLS. Never throws for what the other side does.
 * @param rcptTo an address of the domain
 */
export async function probeHop(domain: string, rcptTo: string, options: ProbeOptions): Promise<ProbeResult> {
  const startedAt = options.clock.now()
  const transcript: TranscriptLine[] = []
  const say = (who: TranscriptLine['who'], text: string) => {
    if (transcript.length < mostLines)
      transcript.push({ who, text: printable(text), afterMs: options.clock.now() - startedAt })
  }
  const result = { ok: false, why: '', nextHop: '', target: '', tls: '' }
  try {
    const { name, hop } = nextHopOf({ direction: 'inbound', tenant: '', domain, via: null }, options.routes)
    result.nextHop = name
    if (hop.kind === 'maildir')
      return { ...result, ok: true, why: 'it is a folder of this machine', transcript }
    const targets = await findTargets(parseNextHop(name) as typeof hop, options)
    for (const target of targets.slice(0, mostTargets)) {
      const found = await probeTarget(target, rcptTo, options, say)
      Object.assign(result, found, { target: `${target.host} [${target.ip}]:${target.port}` })
      if (found.ok) break
    }
  } catch (cause) {
    result.why = (cause as Error).message
    say('note', result.why)
  }
  return { ...result, transcript }
}

async function probeTarget(
  target: Target,
  rcptTo: string,
  { helo, mayReach, trust }: ProbeOptions,
  say: (who: TranscriptLine['who'], text: string) => void,
): Promise<Pick<ProbeResult, 'ok' | 'why' | 'tls'>> {
  if (!mayReach(target.ip)) {
    const why = `${target.host} [${target.ip}] lies in the inner network: only the operator may test it`
    say('note', why)
    return { ok: false, why, tls: '' }
  }
  say('note', `connecting to ${target.host} [${target.ip}]:${target.port}`)
  let client: SmtpClient | null = null
  try {
    const more = trust ? { trust } : {}
    client = await SmtpClient.open({ target, helo, localAddress: null, times, onLine: say, ...more })
    const mail = await client.command('MAIL FROM:<>', 'mail', times.commandMs)
    if (mail.code >= 300)
      return { ok: false, why: `MAIL was answered ${mail.code} ${mail.text}`, tls: client.tls }
    const rcpt = await client.command(`RCPT TO:<${rcptTo}>`, 'rcpt', times.commandMs)
    const ok = rcpt.code < 300
    const why = ok ? `it takes mail for ${rcptTo}` : `RCPT was answered ${rcpt.code} ${rcpt.text}`
    await client.command('RSET', 'mail', times.commandMs)
    return { ok, why, tls: client.tls }
  } catch (cause) {
    const why = cause instanceof DeliveryFault ? cause.message : String((cause as Error).message)
    say('note', why)
    return { ok: false, why, tls: client?.tls ?? '' }
  } finally {
    client?.quit()
  }
}

function printable(text: string): string {
  return text.replace(/[^\x20-\x7e\u00a0-\uffff]/g, ' ').slice(0, longestLine)
}
