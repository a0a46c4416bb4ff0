import type { AffectedLine } from './ledger-store.ts'

/** What can be done about one affected delivery, in plain words. Pure. */
export function nextStep(line: AffectedLine, now: number): string {
  switch (line.state) {
    case 'waiting':
      return waiting(line, now)
    case 'returned':
      return line.contentKept
        ? `can be sent again${line.keepUntil === null ? '' : ` until ${iso(line.keepUntil)}`}: mailkeep resend ${line.messageId}`
        : 'its content is kept no more; the sender has a notice and can send again'
    case 'refused':
      return `refused in the dialogue, no copy here; the sending side has it: ${sendingSide(line)}`
    case 'quarantined':
      return line.stateReason === 'unscanned'
        ? `leaves by itself when its checks are done; or mailkeep quarantine release ${line.messageId}`
        : `mailkeep quarantine release ${line.messageId}`
    case 'held':
      return `mailkeep queue release ${line.messageId}`
    case 'delivered':
      return 'nothing: it was delivered'
    case 'sealed':
      return 'nothing: it is in the portal'
    case 'discarded':
      return `nothing: dropped (${line.stateReason}), no copy here`
  }
}

function waiting({ messageId, stateReason, dueAt }: AffectedLine, now: number): string {
  if (stateReason === 'inspecting') return 'goes on by itself when its checks are done'
  if (dueAt === null) return `parked (${stateReason}): look at mailkeep trace ${messageId}`
  const when = dueAt <= now ? 'when its next hop takes mail' : `next try ${iso(dueAt)}`
  return `goes on by itself, ${when}; at once with mailkeep queue retry ${messageId}`
}

function sendingSide({ client }: AffectedLine): string {
  return client.helo === '' ? client.ip : `${client.ip} (${client.helo})`
}

function iso(ms: number): string {
  return new Date(ms).toISOString().replace(/\.\d+Z$/, 'Z')
}
