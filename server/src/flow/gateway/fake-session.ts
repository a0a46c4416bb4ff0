import { defaultPolicy } from '#flow/inspection/verdict.ts'
import type { BodyStore } from '#flow/spool/body-store.ts'
import { loadConfig } from '#ground/platform/config/load-config.ts'
import { createSilentLog } from '#ground/platform/log.ts'
import { NetworkList } from '#ground/platform/network-list.ts'
import { newDataKey } from '#ground/platform/sealed-content.ts'
import { Admission } from './admission.ts'
import type { Connection } from './connection.ts'
import type { GatewayContext } from './context.ts'
import { defaultOutbound } from './outbound-policy.ts'
import { RateLimits } from './rate-limits.ts'
import type { RecipientAnswer } from './recipient-source.ts'
import type { Refusal } from './refusal-log.ts'
import { RefusalNotes } from './refusal-notes.ts'
import { replies } from './replies.ts'
import type { SenderSource } from './sender-source.ts'
import { SendingVolume } from './sending-volume.ts'
import { type Door, Session } from './session.ts'
import { SignedSenders } from './signed-senders.ts'
import { VerifyLogin } from './verify-login.ts'

/** A session without a socket, and what came of it. */
export interface FakeSession {
  readonly session: Session
  /** What the client has read and not yet looked at. */
  take(): string
  /** Sends bytes and answers what comes back once everything has settled. */
  say(text: string): Promise<string>
  /** The same, with each character for one byte. */
  sayBytes(text: string): Promise<string>
  readonly accepted: { mailFrom: string; rcptTo: string[]; content: string }[]
  readonly refused: Refusal[]
  readonly isClosed: () => boolean
}

const known = new Map<string, RecipientAnswer>([
  ['b@example.test', { kind: 'known', tenant: 'acme', domain: 'example.test', policy: defaultPolicy }],
  ['c@example.test', { kind: 'known', tenant: 'acme', domain: 'example.test', policy: defaultPolicy }],
  ['lost@example.test', { kind: 'lost', tenant: 'acme', domain: 'example.test' }],
  ['away@example.test', { kind: 'unavailable', why: 'the snapshot is too old' }],
])

/** The key of signed senders in sessions without a site. */
export const signingKey = { n: 4, secret: 'sessions' }

/** Nobody may send. */
const senders: SenderSource = {
  relaysOf: () => [],
  loginOf: () => null,
  placeOf: () => null,
  asksCertificates: () => false,
  outboundPolicyOf: () => defaultOutbound,
}

/** Bodies in memory, which nobody keeps. */
const bodies: BodyStore = {
  create: () => {
    const chunks: Buffer[] = []
    return {
      get size() {
        return chunks.reduce((sum, each) => sum + each.length, 0)
      },
      write: (chunk) => {
        chunks.push(Buffer.from(chunk))
        return undefined
      },
      finish: async () => ({ kind: 'inline', bytes: Buffer.concat(chunks) }),
      abort: () => undefined,
    }
  },
  discard: () => undefined,
  files: async () => [],
  sweep: async () => ({ removed: 0, setAside: [] }),
}

/** A node that is short of nothing. */
const calm = {
  diskPercent: () => 0,
  diskFree: () => 1e12,
  storeStalledMs: () => 0,
  memoryBytes: () => 0,
  outboundWaiting: () => 0,
  inspectionLoad: () => 0,
}

function fakeContext(
  settings: Record<string, string>,
  accepted: FakeSession['accepted'],
  refused: Refusal[],
): GatewayContext {
  const { config } = loadConfig(null, settings)
  const clock = { now: () => Date.now() }
  const log = createSilentLog()
  let count = 0
  const newId = () => `0000000000000${String(count++).padStart(3, '0')}`
  const ledger = { recordRefusals: async (list: readonly Refusal[]) => void refused.push(...list) }
  return {
    settings: config,
    clock,
    log,
    newId,
    recipients: {
      lookup: (local, domain) =>
        known.get(`${local}@${domain}`) ??
        (domain === 'example.test' ? { kind: 'unknown', tenant: 'acme', domain } : { kind: 'not-ours' }),
    },
    rates: new RateLimits(clock, () => config, new NetworkList([])),
    admission: new Admission(() => config, calm, clock.now),
    bodies,
    contentKeys: {
      newKeyFor: () => ({
        dataKey: newDataKey(),
        wrappedKey: { keyId: 'k', wrapped: new Uint8Array(60) },
      }),
    },
    refusals: new RefusalNotes(ledger, clock, log, newId, () => undefined),
    accept: async (_session, transaction, body) => {
      const content = await body.finish()
      accepted.push({
        mailFrom: transaction.mailFrom,
        rcptTo: transaction.recipients.map((each) => each.rcptTo),
        content: content.kind === 'inline' ? Buffer.from(content.bytes).toString('latin1') : '',
      })
      return replies.accepted(transaction.id)
    },
    hasTls: () => true,
    senders,
    logins: new VerifyLogin(senders, clock),
    signedSenders: new SignedSenders({ ending: () => signingKey }, clock, log),
    probeOf: () => null,
    volume: new SendingVolume(clock, { pulse: () => undefined }),
    trustsXclient: (ip) => ip === '192.0.2.99',
  }
}

/** Opens a session with two recipients that are known, b and c at example.test, and nothing behind it. */
export function openSession(
  settings: Record<string, string> = {},
  more: Partial<GatewayContext> & { greet?: boolean; door?: Door; isTls?: boolean } = {},
): FakeSession {
  const [accepted, refused]: [FakeSession['accepted'], Refusal[]] = [[], []]
  let [output, closed] = ['', false]
  const close = () => {
    closed = true
  }
  const connection: Connection = {
    write: (text) => {
      output += text
    },
    end: close,
    destroy: close,
    pause: () => undefined,
    resume: () => undefined,
    startTls: () => null,
  }
  const context = { ...fakeContext(settings, accepted, refused), ...more }
  const tls = more.isTls ? { version: 'TLSv1.3', cipher: 'TLS_AES_128_GCM_SHA256' } : null
  const client = { ip: '192.0.2.1', port: 1, helo: '', esmtp: false, tls }
  const session = new Session(context, connection, client, client.ip, more.door)
  if (more.greet !== false) session.greet()
  const take = () => {
    const text = output
    output = ''
    return text
  }
  take()
  const send = async (bytes: Buffer): Promise<string> => {
    session.receive(bytes)
    for (let i = 0; i < 5; i++) await new Promise((resolve) => setImmediate(resolve))
    return take()
  }
  return {
    session,
    take,
    accepted,
    refused,
    isClosed: () => closed,
    say: (text) => send(Buffer.from(text, 'utf8')),
    sayBytes: (text) => send(Buffer.from(text, 'latin1')),
  }
}

/** The codes of what a client has read, one a reply. */
export const codesOf = (text: string): string =>
  text
    .split('\r\n')
    .filter((line) => /^\d{3} /.test(line))
    .map((line) => line.slice(0, 3))
    .join(' ')
