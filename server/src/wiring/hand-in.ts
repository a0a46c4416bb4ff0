import { SmtpClient } from '#flow/delivery/smtp-client.ts'
import { splitEndpoint } from '#flow/gateway/create.ts'
import type { Config } from '#ground/platform/config/settings.ts'

const times = { connectMs: 10_000, commandMs: 20_000, dataMs: 20_000 }
/** Messages of our own come from an address of their own on this machine: they use up no limit of others. */
const ownLoopback = '127.0.0.98'

/** A message on its way into our own gateway. */
export interface OwnLetter {
  readonly mailFrom: string
  readonly rcptTo: string
  /** Header and body. */
  readonly lines: readonly string[]
}

export interface HandInOptions {
  readonly config: Config
  /** `host:port` of the door; port 0: that of the first of `ports`. */
  readonly door: string
  readonly ports: readonly number[]
  /** What to log in with, where the door asks for it. */
  readonly login?: { readonly name: string; readonly password: string }
  /** How long the answer to the content may take. */
  readonly finalMs: number
  /** How long any other answer may take, at most 20 s. */
  readonly commandMs?: number
}

/** What the door said, and when: milliseconds until it wanted the content, and from then until its last answer. */
export interface HandInEnd {
  readonly text: string
  readonly openMs: number
  readonly answerMs: number
}

/** The door did not take it. */
export class HandInFault extends Error {
  readonly code = 'not-taken'
  /** Whether it had all of the content by then. */
  readonly isWhole: boolean
  /** Its answer; null: there was none. */
  readonly reply: number | null

  constructor(text: string, isWhole: boolean, reply: number | null) {
    super(text)
    this.name = 'HandInFault'
    this.isWhole = isWhole
    this.reply = reply
  }
}

/** Where somebody on this machine reaches a door: `host:port` as settings name it, and the port that it has got. */
export function placeOfDoor(door: string, port: number): { readonly ip: string; readonly port: number } {
  const [host, named] = splitEndpoint(door)
  const ip = host === '0.0.0.0' || host === '' ? '127.0.0.1' : host === '::' ? '::1' : host
  return { ip, port: named === 0 ? port : named }
}

/** Brings a message to our own gateway as the world does. @throws HandInFault, DeliveryFault before its content */
export async function handIn(
  { mailFrom, rcptTo, lines }: OwnLetter,
  { config, door, ports, login, finalMs, commandMs = times.commandMs }: HandInOptions,
): Promise<HandInEnd> {
  const { ip, port } = placeOfDoor(door, ports[0] ?? 0)
  const site = config['site.host']
  const begun = performance.now()
  const client = await SmtpClient.open({
    target: { protocol: 'smtp', host: site, ip, port, tls: 'opportunistic', identity: null },
    ...{ helo: site, times: { ...times, commandMs, finalMs } },
    localAddress: process.platform === 'linux' && ip.startsWith('127.') ? ownLoopback : null,
  })
  try {
    if (login) await logIn(client, login, commandMs)
    for (const line of [`MAIL FROM:<${mailFrom}>`, `RCPT TO:<${rcptTo}>`, 'DATA']) {
      const { code, text } = await client.command(line, 'mail', commandMs)
      if (code >= 400) throw new HandInFault(`${line.slice(0, 4)} was answered ${code} ${text}`, false, code)
    }
    const opened = performance.now()
    client.write([...lines, ''].join('\r\n'))
    const { code, text } = await client.command('.', 'final', finalMs).catch((cause: Error) => {
      throw new HandInFault(`its content was not answered: ${cause.message}`, true, null)
    })
    if (code >= 300) throw new HandInFault(`its content was answered ${code} ${text}`, true, code)
    return { text, openMs: opened - begun, answerMs: performance.now() - opened }
  } finally {
    client.quit()
  }
}

async function logIn(
  client: SmtpClient,
  { name, password }: NonNullable<HandInOptions['login']>,
  commandMs: number,
): Promise<void> {
  const response = Buffer.from(`\0${name}\0${password}`).toString('base64')
  const { code, text } = await client.command(`AUTH PLAIN ${response}`, 'ehlo', commandMs)
  if (code !== 235) throw new HandInFault(`AUTH was answered ${code} ${text}`, false, code)
}
