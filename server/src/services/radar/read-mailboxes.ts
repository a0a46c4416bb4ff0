import type { RadarStore } from './radar-store.ts'

/** A test mail that lies in a probe mailbox. */
export interface FoundProbe {
  readonly token: string
  /** When its server took it. */
  readonly at: number
  /** Folder that it lies in, as its server calls it. */
  readonly folder: string
  readonly isJunk: boolean
}

/** A mailbox that test mails go to, which we can look into. */
export interface ProbeMailbox {
  /** Lower case. */
  readonly address: string
  /**
   * Finds the test mails that lie in it, and takes out each folder's once all of them are noted: what is not noted
   * stays, and is found again. Throws where it cannot be read, or where `note` does.
   */
  readonly look: (note: (found: FoundProbe) => Promise<void>) => Promise<void>
}

export interface MailboxParts {
  readonly radar: Pick<RadarStore, 'openTrips' | 'openTests' | 'path' | 'noteArrival'>
  readonly mailboxes: readonly ProbeMailbox[]
  readonly now: () => number
  /** Told of what cannot be read, and of what can again (null). */
  readonly tell: (address: string, fault: string | null) => void
}

const mostOpen = 2000
const everyMs = 5000

/**
 * Looks for test mails in probe mailboxes, as long as some are on their way there: what lies in such a mailbox has
 * arrived, and no reply is needed.
 */
export class MailboxRounds {
  readonly #readAt = new Map<string, number>()
  readonly #lookedAt = new Map<string, number>()
  readonly #reading = new Set<string>()

  /** When a mailbox was read last from its beginning to its end; null: not yet; undefined: the address has none. */
  readAt(address: string, { mailboxes }: Pick<MailboxParts, 'mailboxes'>): number | null | undefined {
    const name = address.toLowerCase()
    if (!mailboxes.some((each) => each.address === name)) return undefined
    return this.#readAt.get(name) ?? null
  }

  async look(parts: MailboxParts): Promise<void> {
    const { mailboxes, now } = parts
    if (mailboxes.length === 0) return
    const awaited = await awaitedAddresses(parts)
    const due = mailboxes.filter(
      ({ address }) => awaited.has(address) && now() - (this.#lookedAt.get(address) ?? 0) >= everyMs,
    )
    // Nobody waits for a server of others: what it says counts in the next round.
    for (const each of due) void this.#read(each, parts)
  }

  async #read({ address, look }: ProbeMailbox, { radar, now, tell }: MailboxParts): Promise<void> {
    if (this.#reading.has(address)) return
    const at = now()
    this.#lookedAt.set(address, at)
    this.#reading.add(address)
    try {
      await look((found) => radar.noteArrival(found))
      this.#readAt.set(address, at)
      tell(address, null)
    } catch (cause) {
      tell(address, (cause as Error).message)
    } finally {
      this.#reading.delete(address)
    }
  }
}

/** Addresses that test mails are on their way to. */
async function awaitedAddresses({ radar }: MailboxParts): Promise<Set<string>> {
  const trips = (await radar.openTrips(mostOpen)).filter((each) => each.path !== '')
  const paths = await Promise.all([...new Set(trips.map((each) => each.path))].map((id) => radar.path(id)))
  const tests = await radar.openTests(mostOpen)
  const all = [...paths.map((each) => each?.address), ...tests.map((each) => each.address)]
  return new Set(all.flatMap((each) => each?.toLowerCase() ?? []))
}
