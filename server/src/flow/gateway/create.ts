import { arrivalOf } from '#flow/inspection/arrival.ts'
import type { Arrival } from '#flow/inspection/check.ts'
import type { Inspection } from '#flow/inspection/inspection.ts'
import type { InspectionBody, InspectionEnd } from '#flow/inspection/inspection-job.ts'
import type { BodyStore } from '#flow/spool/body-store.ts'
import type { ContentKeySource } from '#flow/spool/content-key-source.ts'
import type { Body, NewDelivery } from '#flow/spool/message.ts'
import type { MessageStore } from '#flow/spool/message-store.ts'
import type { Spool } from '#flow/spool/spool.ts'
import type { Alarms } from '#ground/platform/alarms.ts'
import type { Clock } from '#ground/platform/clock.ts'
import type { Config } from '#ground/platform/config/settings.ts'
import { newId } from '#ground/platform/ids.ts'
import type { Log } from '#ground/platform/log.ts'
import type { Metrics } from '#ground/platform/metrics.ts'
import { NetworkList } from '#ground/platform/network-list.ts'
import { probeTenant } from '#ground/platform/probe-tenant.ts'
import type { SenderKeys } from '#ground/platform/sender-keys.ts'
import type { Certificate } from '#ground/platform/tls/certificate.ts'
import { createAcceptMessage } from './accept-message.ts'
import { Admission, type Vitals } from './admission.ts'
import type { GatewayContext } from './context.ts'
import { directionOf } from './describe-message.ts'
import { PatientListening } from './listen-patiently.ts'
import { Listener } from './listener.ts'
import { LoginWatch } from './login-watch.ts'
import { RateLimits } from './rate-limits.ts'
import type { NoteNoticeBounce } from './read-notice-bounce.ts'
import type { RecipientSource } from './recipient-source.ts'
import type { RefusalLog } from './refusal-log.ts'
import { RefusalNotes } from './refusal-notes.ts'
import { Resubmissions } from './resubmissions.ts'
import type { SenderSource } from './sender-source.ts'
import { SendingVolume } from './sending-volume.ts'
import type { Session } from './session.ts'
import { senderOf, type Transaction } from './session-state.ts'
import { SignedSenders } from './signed-senders.ts'
import { VerifyLogin } from './verify-login.ts'
import type { VolumeSource } from './volume-source.ts'
import { WatchSender } from './watch-sender.ts'

/** Time of one part of inspection above which a message is named as an outlier. */
const slowMessageMs = 2000

export interface GatewayParts {
  readonly settings: Config
  readonly clock: Clock
  readonly log: Log
  readonly alarms: Alarms
  readonly metrics: Metrics
  readonly vitals: Vitals
  readonly recipients: RecipientSource
  readonly senders: SenderSource
  readonly refusalLog: RefusalLog
  readonly bodies: BodyStore
  readonly contentKeys: ContentKeySource
  readonly spool: Spool
  /** Knows what was sent before. */
  readonly submissions: Pick<MessageStore, 'submitted'>
  /** What senders have sent beyond this process. */
  readonly volumes: VolumeSource
  readonly instance: string
  /** Whether a test waits for what comes back to its address. */
  readonly awaitsReply: (token: string) => Promise<boolean>
  readonly noteNoticeBounce: NoteNoticeBounce
  /** Null where this process has no inspection role: mail is then inspected behind the answer. */
  readonly inspection: Inspection | null
  readonly defersTemperror: () => boolean
  /** What an address of a message of our own stands for; null: it is none. */
  readonly probeOf: GatewayContext['probeOf']
  /** Keys of signed envelope senders. */
  readonly senderKeys: SenderKeys
  readonly certificate: Certificate
}

export interface Gateway {
  readonly listener: Listener
  /** Ports that are listened on, in the order of the setting. */
  listen(): Promise<number[]>
  /** The same for people and servers of ours: with STARTTLS, and with TLS from the first byte. */
  listenForSubmission(): Promise<SubmissionPorts>
  stop(): Promise<void>
}

export interface SubmissionPorts {
  readonly starttls: readonly number[]
  readonly tls: readonly number[]
}

/** Wires the gateway: everything between a socket and the spool. */
export function createGateway(parts: GatewayParts): Gateway {
  const { settings, clock, metrics } = parts
  const log = parts.log.part('gateway')
  const id = () => newId(clock.now())
  const rates = new RateLimits(
    clock,
    () => settings,
    liveNetworks(() => settings['gateway.rateExempt']),
  )
  const refusals = noteRefusals(parts, log, id)
  const xclient = new NetworkList(settings['gateway.trustXclient'])
  const proxy = new NetworkList(settings['gateway.trustProxy'])
  const volume = new SendingVolume(clock, parts.alarms, parts.volumes, parts.instance)
  const watchSender = createWatch(parts, volume, log)
  const accept = createAcceptMessage({
    ...parts,
    log,
    refusals,
    node: settings['node.name'],
    rates,
    watchSender,
    volume,
    noteSuspect: (note) => parts.volumes.noteSuspect(note),
    resubmissions: new Resubmissions(parts.submissions, clock, () => settings['submission.sameWithin']),
    inspect: inspector(parts),
    onDecided: (transaction, tookMs, deliveries) => noteDecided(metrics, transaction, tookMs, deliveries),
  })
  const context: GatewayContext = {
    settings,
    clock,
    log,
    newId: id,
    recipients: parts.recipients,
    senders: parts.senders,
    logins: new VerifyLogin(parts.senders, clock, new LoginWatch(parts.alarms, clock)),
    signedSenders: new SignedSenders(parts.senderKeys, clock, log),
    probeOf: parts.probeOf,
    volume,
    rates,
    ...{ bodies: parts.bodies, contentKeys: parts.contentKeys },
    refusals,
    admission: new Admission(
      () => settings,
      parts.vitals,
      () => clock.now(),
    ),
    accept: timed(accept, metrics),
    hasTls: () => parts.certificate.context !== null,
    trustsXclient: (ip) => xclient.contains(ip),
  }
  const listener = new Listener({
    context,
    secureContext: () => parts.certificate.context,
    isProxy: (ip) => proxy.contains(ip),
    door: 'mx',
  })
  // Connections of its own: a flood from outside must not keep our own people from sending.
  const submission = new Listener({
    context,
    secureContext: () => parts.certificate.context,
    isProxy: (ip) => proxy.contains(ip),
    door: 'submission',
  })
  const patient = new PatientListening(parts.alarms)
  const following = followVolumes(volume, log)
  const sweep = setInterval(() => {
    rates.sweep()
    metrics.gatewayConnections.set(listener.sessions)
  }, 10_000).unref()
  return {
    listener,
    listen: () =>
      Promise.all(settings['gateway.listen'].map((each) => listener.listen(...splitEndpoint(each)))),
    async listenForSubmission() {
      const at = (isTls: boolean) => (each: string) => submission.listen(...splitEndpoint(each), isTls)
      const [starttls, tls] = await Promise.all([
        patient.open(settings['submission.listen'], at(false)),
        patient.open(settings['submission.listenTls'], at(true)),
      ])
      return { starttls, tls }
    },
    async stop() {
      clearInterval(sweep)
      clearInterval(following)
      patient.stop()
      const graceMs = settings['gateway.shutdownGrace']
      await Promise.all([listener.stop(graceMs), submission.stop(graceMs)])
      await refusals.close()
    },
  }
}

const followEveryMs = 2000

/** What cannot be read stays as it was, and is read again a moment later. */
function followVolumes(volume: SendingVolume, log: Log): NodeJS.Timeout {
  const refresh = () =>
    volume
      .refresh()
      .catch((cause: unknown) => log.warn({ cause: String(cause) }, 'volumes of senders were not read'))
  void refresh()
  return setInterval(refresh, followEveryMs).unref()
}

function createWatch(
  { volumes, instance, clock, senders }: GatewayParts,
  volume: SendingVolume,
  log: Log,
): WatchSender {
  return new WatchSender({
    ...{ volume, source: volumes, instance, log },
    now: () => clock.now(),
    policyOf: (address) => senders.outboundPolicyOf(address),
  })
}

function inspector(
  parts: GatewayParts,
): (
  id: string,
  body: Body,
  transaction: Transaction,
  session: Session,
  receivedAt: number,
) => Promise<InspectionEnd> {
  const { inspection, metrics } = parts
  if (inspection === null)
    return async () => ({ kind: 'unfinished', why: 'inspection runs in another process' })
  return async (id, body, transaction, session, receivedAt) => {
    const end = await inspection.inspectInDialogue({
      id,
      body: body as InspectionBody,
      tenant: transaction.recipients[0]?.tenant ?? '',
      arrival: {
        ip: session.client.ip,
        helo: session.client.helo,
        mailFrom: transaction.mailFrom,
        rcptTo: transaction.recipients.map((each) => each.rcptTo),
        receivedAt,
        ...describeWay(transaction),
        ...unsignedOf(transaction, parts.senders),
      },
    })
    const tenant = tenantOf(transaction)
    const findings = end.kind === 'complete' ? end.outcome.findings : null
    // A check that could not look, since a scanner is away, leaves as much open as one that did not come to its end.
    if (findings === null || findings.some(({ incomplete }) => incomplete === 'later'))
      metrics.measures.count('incomplete', directionOf(transaction), tenant, '')
    if (findings?.some(({ code }) => code.endsWith('-temperror')))
      metrics.measures.count('temperror', directionOf(transaction), tenant, '')
    tellSlow(parts.alarms, id, end)
    return end
  }
}

function describeWay(transaction: Transaction): ReturnType<typeof arrivalOf> {
  const { recipients } = transaction
  const ours = recipients.filter((each) => !each.outbound).map((each) => each.rcptTo)
  return arrivalOf(senderOf(transaction), ours.length < recipients.length ? ours : null)
}

/** Who is written to as bounces of forged mail would be; what stands here is a bounce, or a receipt. */
function unsignedOf(
  transaction: Transaction,
  senders: Pick<SenderSource, 'outboundPolicyOf'>,
): Pick<Arrival, 'unsigned'> {
  if (transaction.mailFrom !== '' || senderOf(transaction) !== null) return {}
  const unsigned = transaction.recipients.flatMap(
    ({ rcptTo, isSigned, outbound, report, isDomainReport, notice, probe }) => {
      if (isSigned || outbound || report || isDomainReport || notice || probe) return []
      const action = senders.outboundPolicyOf(rcptTo).signed
      return action ? [{ address: rcptTo, action }] : []
    },
  )
  return unsigned.length > 0 ? { unsigned } : {}
}

/** D10: one message that costs far more than others is named while it happens. */
function tellSlow(alarms: Alarms, id: string, end: InspectionEnd): void {
  // One that waited for a scanner or for DNS has cost nothing.
  if (end.kind !== 'complete' || end.outcome.findings.some((each) => each.incomplete === 'later')) return
  const slowest = Object.entries(end.outcome.timings).sort((a, b) => b[1] - a[1])[0]
  if (slowest && slowest[1] > slowMessageMs)
    alarms.pulse(
      'slow-message',
      id,
      `the part ${slowest[0]} of inspection took ${Math.round(slowest[1])} ms for message ${id}`,
      300_000,
    )
}

function timed(accept: GatewayContext['accept'], metrics: Metrics): GatewayContext['accept'] {
  return async (session, transaction, body) => {
    const started = performance.now()
    const reply = await accept(session, transaction, body)
    if (tenantOf(transaction) === probeTenant) return reply
    const tookMs = performance.now() - started
    metrics.gatewayAcceptSeconds.observe(tookMs / 1000)
    metrics.measures.observe('accept', directionOf(transaction), tenantOf(transaction), '', tookMs)
    if (reply.code === 250) metrics.gatewayAccepted.inc()
    return reply
  }
}

/** Refusals of what never was mail for us: guesses at addresses, relays looked for, floods. */
const ofStrangers = new Set(['unknown-recipient', 'relay-denied', 'recipient-rate', 'connection-rate'])

function noteRefusals(
  { refusalLog, clock, metrics }: GatewayParts,
  log: Log,
  id: () => string,
): RefusalNotes {
  return new RefusalNotes(refusalLog, clock, log, id, (reason, tenant, code) => {
    metrics.gatewayRefusals.inc({ reason })
    const name = code < 500 ? 'refused' : 'rejected'
    // Somebody who tries what is not there says nothing about us.
    if (!ofStrangers.has(reason)) metrics.measures.count(name, 'inbound', tenant, '')
  })
}

/** What a decision has made of each recipient, once it is durable. */
function noteDecided(
  { measures }: Metrics,
  transaction: Transaction,
  tookMs: number,
  deliveries: readonly NewDelivery[],
): void {
  const direction = directionOf(transaction)
  measures.observe('decide', direction, tenantOf(transaction), '', tookMs)
  for (const each of deliveries) {
    measures.count('accepted', each.direction ?? direction, each.tenant, '')
    if (each.state === 'quarantined' || each.state === 'held')
      measures.count(each.state, each.direction ?? direction, each.tenant, '')
  }
}

function tenantOf({ recipients: [first] }: Transaction): string {
  return first?.tenant ?? ''
}

/** A list of networks that follows its setting. */
function liveNetworks(read: () => readonly string[]): Pick<NetworkList, 'contains'> {
  let [networks, list] = [read(), new NetworkList(read())]
  return {
    contains(ip) {
      if (read() !== networks) [networks, list] = [read(), new NetworkList(read())]
      return list.contains(ip)
    },
  }
}

/** `host:port` or `[v6]:port`, as settings give it. */
export function splitEndpoint(endpoint: string): [string, number] {
  const colon = endpoint.lastIndexOf(':')
  return [endpoint.slice(0, colon).replace(/^\[|\]$/g, ''), Number(endpoint.slice(colon + 1))]
}
