/**
 * What a refusal, a deferral or a bounce means: a closed list. Each delivery that did not go through gets one of these
 * words in trace, ledger and reports, so that figures of different receivers can be put side by side.
 *
 *   final          the receiver's judgement of this mail or this recipient: 5xx ends it
 *   other-address  aimed at the address that we came from, not at the mail: tried over others before anything ends
 *   slow           we are too fast or too many for the receiver: the lane slows down, the mail waits
 *   same-address   wanted again from where it came, a while later
 *   patience       a fault at the receiver or on the way
 */
export type BounceAction = 'final' | 'other-address' | 'slow' | 'same-address' | 'patience'

interface BounceClassEntry {
  /** The recipient can never be reached: counts towards suppression. */
  readonly hard: boolean
  readonly action: BounceAction
  /** How long to wait before the next try, in milliseconds, where the reply names no time; 0: by the schedule. */
  readonly waitMs: number
  /** The rest of the status where a bounce names none, such as 1.1 of 5.1.1. */
  readonly detail: string
  readonly meaning: string
  /** What the sender can do, in plain words; empty: only wait. */
  readonly advice: string
}

const minute = 60_000
const hour = 60 * minute

export const bounceClasses = {
  'user-unknown': entry('final', '1.1', 'there is no such mailbox', {
    hard: true,
    advice: 'Check the address for a slip of the pen, or ask the recipient for the right one another way.',
  }),
  'user-moved': entry('final', '1.6', 'the recipient has another address now', {
    hard: true,
    advice: 'Ask the recipient for the new address; the answer of its server may name it.',
  }),
  'user-disabled': entry('final', '2.1', 'the mailbox is switched off', {
    advice: 'The mailbox is closed or not used any more. Reach the recipient another way.',
  }),
  'user-refuses': entry('final', '7.1', 'the recipient, or a rule of its mailbox, does not want it', {
    advice: 'The recipient or its organisation only takes mail from certain senders. Ask to be let in.',
  }),
  'mailbox-full': entry('final', '2.2', 'the mailbox is full', {
    waitMs: hour,
    advice: 'The recipient has to make room. Reach it another way, and send again later.',
  }),
  'domain-unknown': entry('final', '1.2', 'the domain does not exist', {
    hard: true,
    advice: 'Check what stands behind the @ of the address.',
  }),
  'domain-takes-no-mail': entry('final', '1.10', 'the domain takes no mail at all', {
    hard: true,
    advice: 'This domain is not for mail. Look for another address of the recipient.',
  }),
  'sender-refused': entry('final', '1.8', 'the address or domain of the sender is refused', {
    advice:
      'The receiver does not take mail from your address or domain. Ask the recipient to have it let in.',
  }),
  'relay-refused': entry('final', '7.1', 'the server is not responsible for this recipient', {
    advice: 'The server that the domain names does not take its mail. Its owner has to mend that.',
  }),
  'address-blocked': entry('other-address', '7.1', 'our address is blocked by the receiver', {
    advice:
      'This is about our servers, not your mail; we send it over others and ask the receiver to lift it.',
  }),
  'address-reputation': entry('other-address', '7.1', 'our address has a bad name with the receiver', {
    advice: 'This is about our servers, not your mail; we send it over others.',
  }),
  'reverse-name': entry('other-address', '7.25', 'our address lacks a name that the receiver accepts', {
    advice: 'This is about our servers, not your mail; we send it over others.',
  }),
  authentication: entry('final', '7.26', 'SPF, DKIM or DMARC did not pass at the receiver', {
    advice:
      'Your domain must name us in SPF and publish our DKIM key. Its manager finds what to set in the console.',
  }),
  greylisted: entry('same-address', '7.1', 'the receiver asks to come again', { waitMs: 5 * minute }),
  'rate-limited': entry('slow', '7.0', 'the receiver takes no more from us for a while'),
  'too-many-connections': entry('slow', '3.2', 'we have too many connections for the receiver', {
    waitMs: minute,
  }),
  'too-many-recipients': entry('slow', '5.3', 'too many recipients at a time', { waitMs: minute }),
  'message-too-large': entry('final', '3.4', 'the message is larger than the receiver takes', {
    advice: 'Send it without large attachments, or put them where the recipient can fetch them.',
  }),
  spam: entry('final', '7.1', 'the receiver takes it for spam', {
    advice: 'Change what the message says or links to, or ask the recipient to let your address in.',
  }),
  virus: entry('final', '7.1', 'the receiver found something harmful in it', {
    advice: 'Check the attachments and your computer before you send it again.',
  }),
  content: entry('final', '6.0', 'the receiver refuses what is in it', {
    advice: 'Attachments of this kind, or parts of the text, are not taken there. Send it in another form.',
  }),
  standards: entry('final', '6.0', 'the form of the message is refused', {
    advice: 'The program that wrote the message made mistakes in its header. Use another, or have it mended.',
  }),
  policy: entry('final', '7.1', 'a rule of the receiver is against it', {
    advice: 'Ask the recipient which rule its organisation has, and to make an exception.',
  }),
  'tls-needed': entry('patience', '7.10', 'the receiver wants it encrypted'),
  credentials: entry('final', '7.8', 'the server wants a sign-in', {
    advice:
      'The server takes mail only from its own customers. The recipient’s domain points at the wrong one.',
  }),
  'server-busy': entry('patience', '3.2', 'the server is busy or under maintenance'),
  'server-full': entry('patience', '3.1', 'the server has no room'),
  'server-trouble': entry('final', '3.0', 'the server has a fault of its own', {
    advice: 'The fault is at the receiver. Send it again later, or reach the recipient another way.',
  }),
  'mail-program': entry('final', '3.0', 'a program behind the mailbox failed', {
    advice: 'The fault is at the receiver; its postmaster has to mend it.',
  }),
  network: entry('patience', '4.1', 'the server could not be reached'),
  loop: entry('final', '4.6', 'it went round in a circle', {
    advice: 'A forwarding of the recipient leads back to itself. Its owner has to mend that.',
  }),
  expired: entry('final', '4.7', 'it could not be delivered in time', {
    advice: 'Send it again if it still matters.',
  }),
  protocol: entry('final', '5.0', 'the server did not understand us, or we it'),
  unknown: entry('final', '0.0', 'the reply says nothing more'),
} as const satisfies Record<string, BounceClassEntry>

export type BounceClass = keyof typeof bounceClasses

export function isBounceClass(word: string): word is BounceClass {
  return Object.hasOwn(bounceClasses, word)
}

function entry(
  action: BounceAction,
  detail: string,
  meaning: string,
  more: Partial<Pick<BounceClassEntry, 'hard' | 'waitMs' | 'advice'>> = {},
): BounceClassEntry {
  return { hard: false, waitMs: 0, advice: '', ...more, action, detail, meaning }
}
