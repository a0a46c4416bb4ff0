import { isIP } from 'node:net'
import { isHostName } from '#ground/mail/host-name.ts'
import { replies } from '../replies.ts'
import type { Session } from '../session.ts'
import type { Verb } from './verb.ts'

const known = ['NAME', 'ADDR', 'PORT', 'PROTO', 'HELO', 'LOGIN', 'DESTADDR', 'DESTPORT']

/**
 * XCLIENT: a trusted proxy names the client that it speaks for (Postfix XCLIENT_README).
 * The conversation then starts anew, as if that client had just connected.
 */
export const xclient: Verb = {
  name: 'XCLIENT',
  endsGroup: true,
  run(session, argument) {
    if (!session.context.trustsXclient(session.peer)) return replies.notTrusted
    if (session.transaction !== null) return replies.nestedMail
    const attributes = readAttributes(argument)
    if (attributes === null || !apply(session, attributes))
      return replies.badSyntax(`XCLIENT ${known.join('|')}=value ...`)
    return replies.greeting(session.context.settings['site.host'])
  },
}

function readAttributes(argument: string): Map<string, string> | null {
  const attributes = new Map<string, string>()
  for (const part of argument.split(' ').filter((each) => each !== '')) {
    const equals = part.indexOf('=')
    const name = part.slice(0, equals).toUpperCase()
    if (equals < 0 || !known.includes(name)) return null
    attributes.set(name, fromXtext(part.slice(equals + 1)))
  }
  return attributes.size === 0 ? null : attributes
}

function apply(session: Session, attributes: ReadonlyMap<string, string>): boolean {
  const address = (attributes.get('ADDR') ?? '').replace(/^IPV6:/i, '')
  const port = Number(attributes.get('PORT') ?? 0)
  const helo = attributes.get('HELO') ?? ''
  const hasAddress = address !== '' && !isUnknown(address)
  const hasHelo = helo !== '' && !isUnknown(helo)
  if ((hasAddress && isIP(address) === 0) || (hasHelo && !isHostName(helo))) return false
  session.restart()
  if (hasAddress) session.client.ip = address
  if (port > 0 && port < 65_536) session.client.port = port
  if (hasHelo) session.client.helo = helo
  session.client.esmtp = attributes.get('PROTO')?.toUpperCase() === 'ESMTP'
  return true
}

function isUnknown(value: string): boolean {
  return /^\[(UNAVAILABLE|TEMPUNAVAIL)\]$/i.test(value)
}

function fromXtext(text: string): string {
  return text.replace(/\+([0-9A-Fa-f]{2})/g, (_all, hex: string) =>
    String.fromCharCode(Number.parseInt(hex, 16)),
  )
}
