import type { Job } from './delivery-store.ts'

/**
 * One job for each form that a message takes: where changes are for some recipients only, these are sent a copy of
 * their own. Nearly always that is the job itself.
 */
export function splitByEdits(job: Job): readonly Job[] {
  const { message, recipients } = job
  if (message.edits.every((each) => !each.only)) return [job]
  const parts = new Map<string, Job & { readonly recipients: Job['recipients'][number][] }>()
  for (const recipient of recipients) {
    const mine = message.edits.map((each) => !each.only || each.only.includes(recipient.rcptTo))
    const key = mine.map(Number).join('')
    const part = parts.get(key) ?? {
      ...job,
      message: { ...message, edits: message.edits.filter((_each, index) => mine[index]) },
      recipients: [],
    }
    part.recipients.push(recipient)
    parts.set(key, part)
  }
  return [...parts.values()]
}
