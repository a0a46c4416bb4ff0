import type { DsnRecipient } from './dsn.ts'

/** Why a delivery failed or waits, and what its sender can do, in plain words. */
export interface Reason {
  readonly why: string
  readonly advice: string
}

const checkAddress =
  'Look for typing errors in the address, or ask the person for the right one in another way.'
const askThem =
  'Ask the person at this address, by telephone for example, to have it looked into. The answer above helps them.'

/** By the last two numbers of the enhanced status code (RFC 3463 and its registry); the most special ones. */
const reasons: Readonly<Record<string, Reason>> = {
  '1.1': { why: 'There is no mailbox with this address.', advice: checkAddress },
  '1.2': {
    why: 'The part of the address after the @ does not exist, or takes no mail.',
    advice: checkAddress,
  },
  '1.3': { why: 'The address is not written correctly.', advice: checkAddress },
  '1.6': { why: 'The mailbox has moved, and its new address is not known.', advice: checkAddress },
  '1.10': { why: 'The part of the address after the @ takes no mail at all.', advice: checkAddress },
  '2.1': { why: 'The mailbox is switched off.', advice: 'Reach the person in another way.' },
  '2.2': {
    why: 'The mailbox is full.',
    advice: 'Tell the person in another way, and send the message again later.',
  },
  '2.3': {
    why: 'The message is larger than the mailbox accepts.',
    advice: 'Send it without its attachments, or give a link to them.',
  },
  '3.4': {
    why: 'The message is larger than the server accepts.',
    advice: 'Send it without its attachments, or give a link to them.',
  },
  '4.1': { why: 'The server of the recipient did not answer.', advice: askThem },
  '4.4': { why: 'The server of the recipient could not be found.', advice: checkAddress },
  '4.6': { why: 'The message went round in circles between mail servers.', advice: askThem },
  '4.7': {
    why: 'The server of the recipient did not accept the message in the time that we keep trying.',
    advice: askThem,
  },
}

const groups: Readonly<Record<string, Reason>> = {
  '1': { why: 'The server of the recipient does not accept this address.', advice: checkAddress },
  '2': { why: 'The mailbox of the recipient does not accept the message.', advice: askThem },
  '4': { why: 'The server of the recipient could not be reached.', advice: askThem },
  '6': {
    why: 'The server of the recipient cannot handle the form of the message.',
    advice: 'Send it as plain text, without attachments.',
  },
  '7': { why: 'The server of the recipient refused the message because of its rules.', advice: askThem },
}

const refused: Reason = { why: 'The server of the recipient refused the message.', advice: askThem }
const ours: Reason = {
  why: 'The message was never sent: the rules of your own organisation hold such mail back.',
  advice: 'Ask the administrators of your organisation, or send it again in another form.',
}
const waiting: Reason = {
  why: 'The server of the recipient does not accept the message at the moment.',
  advice: 'You need not do anything.',
}

/** The reason behind an enhanced status code; null where the delivery went well. */
export function explainStatus({
  action,
  status,
  remoteHost,
}: Pick<DsnRecipient, 'action' | 'status' | 'remoteHost'>): Reason | null {
  if (action !== 'failed' && action !== 'delayed') return null
  // No receiver has ever seen it.
  if (status === '5.7.0' && remoteHost === null) return ours
  const [, subject = '', detail = ''] = /^[245]\.(\d{1,3})\.(\d{1,3})$/.exec(status) ?? []
  const found = reasons[`${subject}.${detail}`] ?? groups[subject]
  if (action === 'failed') return found ?? refused
  return { why: found?.why ?? waiting.why, advice: waiting.advice }
}
