import { readFileSync } from 'node:fs'
import type { ImapFlow } from 'imapflow'
import { radarTokenOf } from '#ground/mail/radar-address.ts'
import type { Config } from '#ground/platform/config/settings.ts'
import type { Trust } from '#ground/platform/tls/trust.ts'
import type { FoundProbe, ProbeMailbox } from '#services/radar/read-mailboxes.ts'

const waitMs = 15_000
const mostMails = 200
const loopback = /^(?:127\.[\d.]+|::1|localhost)$/

/** Where a probe mailbox is read. */
export interface MailboxPlace {
  readonly address: string
  readonly user: string
  readonly host: string
  readonly port: number
  readonly isSecure: boolean
  /** File with the password. */
  readonly passwordFile: string
}

/** Reads a line of the setting `radar.mailboxes`: ADDRESS imaps://USER@HOST:PORT FILE. */
export function parseMailbox(text: string): MailboxPlace {
  const [address = '', place = '', passwordFile = ''] = text.trim().split(/\s+/)
  const url = new URL(place)
  const isSecure = url.protocol === 'imaps:'
  return {
    ...{ address: address.toLowerCase(), user: decodeURIComponent(url.username), isSecure, passwordFile },
    host: url.hostname.replace(/^\[|\]$/g, ''),
    port: Number(url.port || (isSecure ? 993 : 143)),
  }
}

/** Probe mailboxes of the settings, read by IMAP. */
export function createMailboxes(config: Config, trust: Pick<Trust, 'pem'>): ProbeMailbox[] {
  return config['radar.mailboxes'].map(parseMailbox).map((place) => ({
    address: place.address,
    look: (note) => lookInto(place, config['site.host'], trust, note),
  }))
}

/** Finds test mails in the inbox and in junk, and takes out what has been noted. @throws Error which names no secret */
async function lookInto(
  place: MailboxPlace,
  siteHost: string,
  trust: Pick<Trust, 'pem'>,
  note: (found: FoundProbe) => Promise<void>,
): Promise<void> {
  const client = await connect(place, trust)
  const deadline = setTimeout(() => client.close(), 2 * waitMs)
  try {
    const folders = await client.list()
    const junk = folders.find((each) => each.specialUse === '\\Junk')?.path
    await readFolder(client, { folder: 'INBOX', isJunk: false }, siteHost, note)
    if (junk !== undefined) await readFolder(client, { folder: junk, isJunk: true }, siteHost, note)
  } finally {
    clearTimeout(deadline)
    await client.logout().catch(() => client.close())
  }
}

async function connect(
  { user, host, port, isSecure, passwordFile }: MailboxPlace,
  { pem }: Pick<Trust, 'pem'>,
) {
  // Only who reads mailboxes holds the library in its memory.
  const { ImapFlow: Client } = await import('imapflow')
  const { rootCertificates } = await import('node:tls')
  const client = new Client({
    ...{ host, port, secure: isSecure, logger: false, disableAutoIdle: true },
    // A password goes over no line that can be listened to.
    ...(!isSecure && !loopback.test(host) && { doSTARTTLS: true }),
    auth: { user, pass: readFileSync(passwordFile, 'utf8').trim() },
    ...{ connectionTimeout: waitMs, greetingTimeout: waitMs, socketTimeout: waitMs },
    tls: { minVersion: 'TLSv1.2', ...(pem !== '' && { ca: [...rootCertificates, pem] }) },
  })
  client.on('error', () => undefined)
  try {
    await client.connect()
  } catch (cause) {
    const { authenticationFailed, message } = cause as Error & { authenticationFailed?: boolean }
    throw new Error(authenticationFailed ? 'its server does not take the password' : message)
  }
  return client
}

async function readFolder(
  client: ImapFlow,
  { folder, isJunk }: Pick<FoundProbe, 'folder' | 'isJunk'>,
  siteHost: string,
  note: (found: FoundProbe) => Promise<void>,
): Promise<void> {
  const lock = await client.getMailboxLock(folder)
  try {
    const uids = (await client.search({ from: `@${siteHost}` }, { uid: true })) || []
    const [probes, own]: [FoundProbe[], number[]] = [[], []]
    const range = uids.slice(-mostMails)
    if (range.length === 0) return
    for await (const { uid, envelope, internalDate } of client.fetch(
      range,
      { uid: true, envelope: true, internalDate: true },
      { uid: true },
    )) {
      const token = radarTokenOf(envelope?.from?.[0]?.address ?? '', siteHost)
      if (token === null) continue
      const at = internalDate === undefined ? Number.NaN : new Date(internalDate).getTime()
      probes.push({ token, folder, isJunk, at: Number.isNaN(at) ? Date.now() : at })
      own.push(uid)
    }
    for (const each of probes) await note(each)
    // Our own test mails only; whatever else lies there is nobody's business here.
    if (own.length > 0) await client.messageDelete(own, { uid: true })
  } finally {
    lock.release()
  }
}
