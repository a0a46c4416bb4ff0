import type { InspectionEnd } from '#flow/inspection/inspection-job.ts'
import type { Body } from '#flow/spool/message.ts'
import { readWhole } from '#flow/spool/read-file-body.ts'
import { type Reply, replies } from './replies.ts'

/** Notes what a bounce of a notice of ours says. Throws where it could not be written down. */
export type NoteNoticeBounce = (bounce: {
  /** Of the message that the notice was. */
  readonly id: string
  readonly bytes: Buffer
  readonly at: number
}) => Promise<unknown>

/** Larger ones bring back more than anybody needs to know what they are about. */
const mostBytes = 128 << 10

/**
 * Reads a bounce of a notice before it is answered, whatever inspection came to: our own signature led to it, and once it
 * is taken nobody looks at it again. Null: it was read; else the reply that it gets.
 * @throws Error where what it says could not be written down: it is to come again
 */
export async function readNoticeBounce(
  note: NoteNoticeBounce,
  {
    id,
    notice,
    body,
    end,
    at,
  }: {
    readonly id: string
    readonly notice: string
    readonly body: Body
    readonly end: InspectionEnd
    readonly at: number
  },
): Promise<{ readonly reason: string; readonly reply: Reply } | null> {
  // What has ended two threads is not read in this one.
  if (end.kind === 'poison')
    return { reason: 'notice-bounce-unreadable', reply: replies.noticeBounceUnreadable(id) }
  const size = body.kind === 'inline' ? body.bytes.length : body.size
  if (size > mostBytes) return { reason: 'notice-bounce-large', reply: replies.tooLarge(id, mostBytes) }
  const bytes = body.kind === 'inline' ? Buffer.from(body.bytes) : await readWhole(body)
  await note({ id: notice, bytes, at })
  return null
}
