import type { Job, JobRecipient } from './delivery-store.ts'

/**
 * One job for each form that a message takes and each way that it goes: where changes or terms are for some
 * recipients only, these are sent a copy of their own. Nearly always that is the job itself.
 */
export function splitJob(job: Job): readonly Job[] {
  const { message, recipients } = job
  if (message.edits.every((each) => !each.only) && recipients.every((each) => !each.terms)) return [job]
  const parts = new Map<string, Job & { readonly recipients: JobRecipient[] }>()
  for (const recipient of recipients) {
    const { tls, added } = recipient.terms ?? {}
    const person = added?.of ?? recipient.rcptTo
    const mine = message.edits.map(
      ({ only, strips }) => (!only || only.includes(person)) && !(strips && added?.by === 'keep-whole'),
    )
    // Nobody outside hears what becomes of a copy, and servers tell nobody where there is no sender.
    const mailFrom = added?.by === 'copy' ? '' : message.mailFrom
    const key = `${mine.map(Number).join('')} ${tls ?? ''} ${mailFrom}`
    const part = parts.get(key) ?? {
      ...job,
      message: { ...message, mailFrom, edits: message.edits.filter((_each, index) => mine[index]) },
      recipients: [],
      ...(tls && { tls }),
    }
    part.recipients.push(recipient)
    parts.set(key, part)
  }
  return [...parts.values()]
}
