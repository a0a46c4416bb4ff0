import type { Body, FileBody } from '#flow/spool/message.ts'
import { readStart } from '#flow/spool/read-file-body.ts'
import { parseHeader } from '#ground/mail/header.ts'
import type { Job } from './delivery-store.ts'

/** What a notice shows of the message that it is about. */
export interface Original {
  readonly header: Buffer
  /** The whole message; null where its header is enough. */
  readonly full: Buffer | null
  /** The message is encrypted where it is kept; so is what shows some of it. */
  readonly isEncrypted?: true
}

/** Largest message that goes back whole when the sender has not said what it wants. */
const fullUpTo = 50 << 10
/** Largest message that goes back whole at all. */
const fullAtMost = 1 << 20
/** How much of a large message is looked at for its header. */
const headerAtMost = 128 << 10

/** Takes the header out of a message only when a notice is written: most mail needs none. */
export type ShowOriginal = () => Original

export const showNothing: ShowOriginal = () => ({ header: Buffer.alloc(0), full: null })

/** What the sender gets back of its message: all of it, or the header, as RET asks (RFC 3461, 4.3). */
export async function readOriginal({ message }: Job, body: Body): Promise<ShowOriginal> {
  const { ret } = message.parameters
  const size = body.kind === 'inline' ? body.bytes.byteLength : body.size
  const wantsFull = ret === 'FULL' ? size <= fullAtMost : ret === null && size <= fullUpTo
  const bytes =
    body.kind === 'inline'
      ? Buffer.from(body.bytes.buffer, body.bytes.byteOffset, size)
      : await readWhatCan(body, wantsFull ? size : Math.min(size, headerAtMost))
  return () => ({
    header: bytes.subarray(0, parseHeader(bytes).bodyStart),
    full: wantsFull ? bytes : null,
    ...(body.dataKey && { isEncrypted: true as const }),
  })
}

/** A file that cannot be read makes the notice shorter, not impossible. */
async function readWhatCan(body: FileBody, length: number): Promise<Buffer> {
  return readStart(body, length).catch(() => Buffer.alloc(0))
}
