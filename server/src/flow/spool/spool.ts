import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import type { Clock } from '#ground/platform/clock.ts'
import { StoreError } from '#ground/platform/store-error.ts'
import type { HandOver } from './hand-over.ts'
import { LaneFlow } from './lane-flow.ts'
import type { Body, FileBody, NewDelivery, SuppressedDelivery } from './message.ts'
import type { Acceptance, MessageStore } from './message-store.ts'

export interface SpoolOptions {
  readonly store: MessageStore
  readonly clock: Clock
  /** Longest wait for a commit before the client hears 451; below the ten minutes that senders wait (RFC 5321, 4.5.3.2.6). */
  readonly patienceMs: number
  /** Bytes of just accepted messages kept in memory for delivery. */
  readonly recentBytes: number
}

/**
 * What we have promised to keep. Gateway puts mail in, delivery takes it out; they meet only here.
 */
export class Spool {
  readonly #options: SpoolOptions
  readonly #recent = new Map<string, Extract<Body, { kind: 'inline' }>>()
  #recentSize = 0
  #handOver: HandOver | null = null
  /** What has come into each lane and left it, as this process has seen it. */
  readonly flow = new LaneFlow()

  constructor(options: SpoolOptions) {
    this.#options = options
  }

  /** Names who takes new mail at once; see hand-over.ts. */
  connect(handOver: HandOver): void {
    this.#handOver = handOver
  }

  /**
   * Makes a message durable. When this resolves, and not before, a 250 may be sent.
   * If the store takes longer than our patience, this throws, and should the write come through after all,
   * it is taken back before anybody delivers it: its client has been told to come again.
   * @throws StoreError
   */
  async accept(acceptance: Omit<Acceptance, 'lease'>): Promise<void> {
    const due = acceptance.deliveries.filter((each) => each.state === 'waiting' && each.dueAt !== null)
    const lease =
      due.length === 0
        ? null
        : (this.#handOver?.offer(
            lanesOf(due),
            due.some(({ isBulk }) => isBulk),
          ) ?? null)
    const complete = { ...acceptance, lease }
    const suppressed = await this.#durably(complete)
    for (const { lane, state } of acceptance.deliveries) if (state === 'waiting') this.flow.came(lane)
    if (due.length === 0) return
    if (lease !== null) {
      this.#remember(acceptance.message.id, acceptance.body)
      this.#handOver?.take(complete, suppressed)
    } else for (const each of due) this.#handOver?.wake(each.lane, each.dueAt ?? 0)
  }

  async #durably(acceptance: Acceptance): Promise<readonly SuppressedDelivery[]> {
    const { store, clock, patienceMs } = this.#options
    const written = store.accept(acceptance)
    let timer: NodeJS.Timeout | undefined
    const late = new Promise<'late'>((resolve) => {
      timer = setTimeout(() => resolve('late'), patienceMs)
    })
    const outcome = await Promise.race([written, late]).finally(() => clearTimeout(timer))
    if (outcome !== 'late') return outcome
    void written.then(() => store.withdraw(acceptance.message.id, clock.now())).catch(() => undefined)
    throw new StoreError('busy', `the store did not answer within ${patienceMs} ms`)
  }

  #remember(id: string, body: Body): void {
    if (body.kind !== 'inline' || this.#recentSize + body.bytes.length > this.#options.recentBytes) return
    this.#recent.set(id, body)
    this.#recentSize += body.bytes.length
  }

  /** The content of a message, from memory if it has just come. Null: gone; damaged: set aside by the caller. */
  async readBody(id: string): Promise<Body | { readonly kind: 'damaged'; readonly why: string } | null> {
    const recent = this.#recent.get(id)
    if (recent) return recent
    const body = await this.#options.store.readBody(id)
    return body?.kind === 'file' ? checkFile(body) : body
  }

  /** Delivery is through with a message for now; its bytes need not stay in memory. */
  forget(id: string): void {
    const body = this.#recent.get(id)
    if (!body) return
    this.#recent.delete(id)
    this.#recentSize -= body.bytes.length
  }
}

function lanesOf(deliveries: readonly NewDelivery[]): string[] {
  return [...new Set(deliveries.map((each) => each.lane))]
}

/** A file is checked here, a piece at a time: the thread of the store must not be held up by 150 MB. */
async function checkFile(body: FileBody): Promise<Body | { readonly kind: 'damaged'; readonly why: string }> {
  const hash = createHash('sha256')
  try {
    for await (const chunk of createReadStream(body.path, { highWaterMark: 256 << 10 })) hash.update(chunk)
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException
    // Anything else (too many open files) is about us at this moment, not about the file.
    if (code !== 'ENOENT' && code !== 'EIO') throw cause
    return { kind: 'damaged', why: `its file cannot be read: ${message}` }
  }
  if (hash.digest('hex') === body.sha256) return body
  return { kind: 'damaged', why: `the bytes of its file ${body.path} do not match their checksum` }
}
