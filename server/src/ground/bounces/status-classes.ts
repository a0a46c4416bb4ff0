import type { BounceClass } from './bounce-classes.ts'

/**
 * What a status means where the words say nothing (RFC 3463 and its registry): subject and detail.
 * Only codes that receivers use for what they are meant for; others are judged by the reply code.
 */
const byStatus: Readonly<Record<string, BounceClass>> = {
  '1.0': 'user-unknown',
  '1.1': 'user-unknown',
  '1.2': 'domain-unknown',
  '1.3': 'user-unknown',
  '1.4': 'user-unknown',
  '1.6': 'user-moved',
  '1.7': 'sender-refused',
  '1.8': 'sender-refused',
  '1.9': 'user-unknown',
  '1.10': 'domain-takes-no-mail',
  '2.0': 'user-refuses',
  '2.1': 'user-disabled',
  '2.2': 'mailbox-full',
  '2.3': 'message-too-large',
  '2.4': 'mail-program',
  '3.0': 'server-trouble',
  '3.1': 'server-full',
  '3.2': 'server-busy',
  '3.3': 'server-trouble',
  '3.4': 'message-too-large',
  '3.5': 'server-trouble',
  '4.0': 'network',
  '4.1': 'network',
  '4.2': 'network',
  '4.3': 'network',
  '4.4': 'domain-unknown',
  '4.5': 'server-busy',
  '4.6': 'loop',
  '4.7': 'expired',
  '5.0': 'protocol',
  '5.1': 'protocol',
  '5.2': 'protocol',
  '5.3': 'too-many-recipients',
  '5.4': 'protocol',
  '5.6': 'protocol',
  '6.0': 'content',
  '6.1': 'content',
  '6.2': 'content',
  '6.3': 'content',
  '6.5': 'content',
  '6.6': 'content',
  '6.7': 'content',
  '6.9': 'content',
  '7.0': 'policy',
  '7.1': 'policy',
  '7.2': 'user-refuses',
  '7.5': 'tls-needed',
  '7.8': 'credentials',
  '7.9': 'policy',
  '7.10': 'tls-needed',
  '7.13': 'user-disabled',
  '7.14': 'credentials',
  '7.17': 'user-moved',
  '7.20': 'authentication',
  '7.21': 'authentication',
  '7.22': 'authentication',
  '7.23': 'authentication',
  '7.24': 'authentication',
  '7.25': 'reverse-name',
  '7.26': 'authentication',
  '7.27': 'domain-takes-no-mail',
  '7.28': 'rate-limited',
  '7.29': 'authentication',
}

/** The class that a status alone stands for, such as `5.1.1`; null: it says too little. */
export function classOfStatus(status: string): BounceClass | null {
  const [, ...rest] = status.split('.')
  return byStatus[rest.join('.')] ?? null
}

const byCode: Readonly<Record<number, BounceClass>> = {
  421: 'server-busy',
  450: 'server-busy',
  451: 'server-trouble',
  452: 'server-full',
  500: 'protocol',
  501: 'protocol',
  502: 'protocol',
  503: 'protocol',
  504: 'protocol',
  530: 'credentials',
  535: 'credentials',
  551: 'user-moved',
  552: 'mailbox-full',
  553: 'sender-refused',
  555: 'protocol',
  556: 'domain-takes-no-mail',
}

/** The class that a reply code stands for at a point of the conversation, where nothing else is known. */
export function classOfCode(code: number, phase: string): BounceClass {
  if (code === 0) return 'unknown'
  if (['connect', 'greeting', 'ehlo'].includes(phase)) return code < 500 ? 'server-busy' : 'address-blocked'
  if (phase === 'starttls') return 'tls-needed'
  const known = byCode[code]
  if (known) return known
  if (code < 500) return 'server-busy'
  if (phase === 'mail') return 'sender-refused'
  if (phase === 'rcpt') return 'user-refuses'
  return phase === 'data' || phase === 'final' ? 'policy' : 'unknown'
}
