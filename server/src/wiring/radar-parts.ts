import { join } from 'node:path'
import { lookUpMx } from '#flow/delivery/mx-lookup.ts'
import { reasons } from '#flow/spool/reasons.ts'
import { formatMailDate } from '#ground/mail/mail-date.ts'
import { radarAddress } from '#ground/mail/radar-address.ts'
import type { Config } from '#ground/platform/config/settings.ts'
import { newId } from '#ground/platform/ids.ts'
import { readOrMakeSecret } from '#ground/platform/secret-file.ts'
import { Trust } from '#ground/platform/tls/trust.ts'
import type { TracedDelivery } from '#services/ledger/ledger-store.ts'
import type {
  MailState,
  RadarMail,
  RadarOrders,
  RadarParts,
  RadarTimes,
} from '#services/radar/radar-parts.ts'
import { type MailboxParts, MailboxRounds } from '#services/radar/read-mailboxes.ts'
import { refusalProof } from '#services/radar/refuse-tests.ts'
import type { Base } from './base.ts'
import { pageUrlOf } from './brand-look.ts'
import { handIn } from './hand-in.ts'
import { createLookParts } from './radar-look.ts'
import { composeRadarMail } from './radar-mail.ts'
import { createMailboxes } from './radar-mailboxes.ts'

export function radarTimes(config: Config): RadarTimes {
  return {
    oursMs: config['radar.endWithin'],
    replyMs: config['radar.replyWithin'],
    lookMs: config['radar.lookWithin'],
    againMs: config['radar.againAfter'],
    perAddress: config['radar.perAddress'],
    perClient: config['radar.perClient'],
    linkMs: config['radar.linkFor'],
    slowMs: config['radar.slowAfter'],
  }
}

/** What in test mails proves to whom they went. */
export function radarKey(folder: string): string {
  return readOrMakeSecret(join(folder, 'secrets', 'radar.key'))
}

/** What orders of people need. */
export function createRadarOrders({ config, stores }: Pick<Base, 'config' | 'stores'>): RadarOrders {
  const { radar, readRadar, directory } = stores
  return radarOrdersOf({ radar, readRadar, directory }, config)
}

/** The same from stores as a command has them. */
export function radarOrdersOf(
  stores: Pick<RadarOrders, 'radar' | 'readRadar' | 'directory'>,
  config: Config,
): RadarOrders {
  return {
    ...stores,
    times: () => radarTimes(config),
    newId: () => newId(Date.now()),
    now: () => Date.now(),
  }
}

/** Joins services/radar to the spool, the ledger and our own door. @param ports that this process listens on */
export function createRadarParts(base: Base, ports: () => readonly number[]): RadarParts {
  const { config, stores, alarms } = base
  const look = createLookParts(base)
  const rounds = new MailboxRounds()
  const mailboxParts: MailboxParts = {
    ...{ radar: stores.radar, now: () => Date.now() },
    mailboxes: createMailboxes(config, new Trust(config['tls.authorities'], alarms)),
    tell: (address, fault) =>
      fault === null
        ? alarms.clear('radar-mailbox', address)
        : alarms.raise(
            'radar-mailbox',
            address,
            `the probe mailbox ${address} cannot be read, so nothing is known of what arrives there: ${fault}`,
          ),
  }
  return {
    ...createRadarOrders(base),
    look,
    mailboxReadAt: (address) => rounds.readAt(address, mailboxParts),
    lookIntoMailboxes: () => rounds.look(mailboxParts),
    alarms,
    node: config['node.name'],
    send: (mail) => send(mail, base, look),
    sendToSelf: (token) => sendToSelf(token, config, ports),
    async mailState(messageId) {
      const found = await stores.ledger.read(messageId)
      const delivery = found?.kind === 'message' ? found.deliveries[0] : undefined
      return delivery ? stateOf(delivery) : { kind: 'lost', says: 'the mail is not in the ledger' }
    },
  }
}

async function send(mail: RadarMail, base: Base, look: RadarParts['look']): Promise<string> {
  const { config, spool, brands, folder } = base
  const url = await pageUrlOf(brands, mail.tenant, config['console.url'])
  const proof = refusalProof(mail.to, radarKey(folder))
  const stopLink =
    url === '' ? '' : `${url.replace(/\/$/, '')}/radar-stop/${proof}?address=${encodeURIComponent(mail.to)}`
  const isOutside = mail.isOutside && !(await isAllowedInside(mail.to, look))
  const lifeMs = mail.kind === 'trip' ? config['radar.endWithin'] : config['delivery.expiryOwn']
  const acceptance = composeRadarMail({ ...mail, isOutside }, config, { stopLink, lifeMs }, Date.now())
  await spool.accept(acceptance)
  return acceptance.message.id
}

/** Whether all servers of an address may be contacted, those of inner networks that the operator names included. */
async function isAllowedInside(
  address: string,
  { resolver, mayReach }: RadarParts['look'],
): Promise<boolean> {
  const domain = address.slice(address.lastIndexOf('@') + 1)
  const servers = await lookUpMx(domain, resolver).catch(() => [])
  return servers.length > 0 && servers.every(({ ip }) => mayReach(ip))
}

function stateOf({ state, attempts, lastAttempt, reason, settledAt }: TracedDelivery): MailState {
  const reply = lastAttempt ? `${lastAttempt.code || ''} ${lastAttempt.reply}`.trim().slice(0, 300) : ''
  if (state === 'delivered') return { kind: 'delivered', at: settledAt ?? Date.now() }
  if (state === 'waiting') return { kind: 'waiting', attempts, says: reply }
  const words = (reasons as Readonly<Record<string, string>>)[reason] ?? reason
  return attempts > 0 && reply !== '' ? { kind: 'refused', says: reply } : { kind: 'lost', says: words }
}

/** Brings a mail to our own gateway as the world does. @throws DeliveryFault, HandInFault */
async function sendToSelf(token: string, config: Config, ports: () => readonly number[]): Promise<void> {
  const site = config['site.host']
  const [from, to] = [`postmaster@${site}`, radarAddress(token, site)]
  const lines = [
    `From: ${from}`,
    `To: ${to}`,
    'Subject: Control of round trips',
    `Date: ${formatMailDate(Date.now())}`,
    `Message-ID: <${newId(Date.now())}@${site}>`,
    'Auto-Submitted: auto-generated',
    '',
    'This mail shows that replies get in.',
  ]
  const door = config['radar.door'] || (config['gateway.listen'][0] ?? '')
  await handIn({ mailFrom: from, rcptTo: to, lines }, { config, door, ports: ports(), finalMs: 60_000 })
}
