import { createHash } from 'node:crypto'
import type { Body } from '#flow/spool/message.ts'
import type { MessageStore } from '#flow/spool/message-store.ts'
import { readStart } from '#flow/spool/read-file-body.ts'
import { findField, parseHeader } from '#ground/mail/header.ts'
import type { Clock } from '#ground/platform/clock.ts'
import type { Transaction } from './session-state.ts'

/** How much of a large message is looked at for its Message-ID. */
const headAtMost = 64 << 10

/**
 * Knows what our own people have sent before. A connection that broke after the final dot makes their program send the
 * same message again, though it was taken: same envelope, Message-ID and content get the answer of the first one, and
 * nobody gets two copies (OUT-24). What is not taken yet is waited for.
 */
export class Resubmissions {
  readonly #store: Pick<MessageStore, 'submitted'>
  readonly #clock: Clock
  readonly #withinMs: () => number
  readonly #inHand = new Map<string, Promise<string | null>>()

  constructor(store: Pick<MessageStore, 'submitted'>, clock: Clock, withinMs: () => number) {
    this.#store = store
    this.#clock = clock
    this.#withinMs = withinMs
  }

  /**
   * Takes a message by its key, or answers the id of the one that was taken before.
   * @param take answers the id under which it was taken; null: it was not
   */
  async once<Answer>(
    key: string | null,
    take: () => Promise<{ readonly answer: Answer; readonly id: string | null }>,
  ): Promise<{ readonly answer: Answer } | { readonly before: string }> {
    if (key === null || this.#withinMs() === 0) return { answer: (await take()).answer }
    for (;;) {
      const other = this.#inHand.get(key)
      if (!other) break
      const before = await other
      if (before !== null) return { before }
    }
    const mine = this.#decide(key, take)
    this.#inHand.set(
      key,
      mine.then(
        (each) => ('before' in each ? each.before : each.id),
        () => null,
      ),
    )
    try {
      return await mine
    } finally {
      this.#inHand.delete(key)
    }
  }

  async #decide<Answer>(
    key: string,
    take: () => Promise<{ readonly answer: Answer; readonly id: string | null }>,
  ): Promise<{ readonly answer: Answer; readonly id: string | null } | { readonly before: string }> {
    const before = await this.#store.submitted(key, this.#clock.now() - this.#withinMs())
    return before === null ? take() : { before }
  }
}

/** What makes a message the same as another; null: it has no Message-ID, so that two alike may both be meant. */
export async function submissionKey(
  { mailFrom, recipients, sender }: Transaction,
  body: Body,
): Promise<string | null> {
  const bytes = body.kind === 'inline' ? Buffer.from(body.bytes) : await readStart(body, headAtMost)
  if (findField(parseHeader(bytes).fields, 'message-id') === undefined) return null
  const content =
    body.kind === 'inline'
      ? createHash('sha256').update(body.bytes).digest('hex')
      : (body.clearSha256 ?? body.sha256)
  const envelope = [sender?.name, mailFrom, ...recipients.map((each) => each.rcptTo).sort()]
  return createHash('sha256')
    .update(JSON.stringify([content, ...envelope]))
    .digest('base64url')
}
