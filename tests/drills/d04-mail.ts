import { type Sent, sendLoad } from '../harness/load.ts'
import type { TestSite } from '../harness/site.ts'
import type { DrillReport } from './drill.ts'
import { holdTaken } from './measure.ts'

export const domain = 'schema.example'

/** How long mail may wait for a lock of the console (ms), and what of more than without it nobody notices. */
const longestMs = 2000
const unnoticedMs = 100
/** A window is as long as this at least: of a few letters each is the slowest of a hundred. */
const leastMs = 2000

interface Load {
  readonly letters: number
  readonly stop?: AbortSignal
}

/** Mail beside changes of the schema, and the same beside programs that change nothing. */
export class MailBeside {
  readonly #site: TestSite
  /** Everything, and what of it was sent beside something. */
  readonly #all: Sent[]
  readonly #sent: Sent[] = []
  #longest = { alone: 0, during: 0 }

  constructor(site: TestSite, all: Sent[]) {
    this.#site = site
    this.#all = all
  }

  /** Sends until a change is made or refused; answers what each letter took (ms). */
  async during(change: () => Promise<void>): Promise<number[]> {
    const long = async () => {
      await Promise.all([change(), new Promise((resolve) => setTimeout(resolve, leastMs))])
    }
    return this.#note('during', await sendWhile(this.#site, this.#all, long))
  }

  /** So many letters, beside commands that start one after another. */
  async alone(letters: number): Promise<number[]> {
    let isSent = false
    const sending = sendFor(this.#site, this.#all, { letters }).finally(() => {
      isSent = true
    })
    while (!isSent) await this.#site.command('queue', 'list')
    return this.#note('alone', await sending)
  }

  #note(side: 'alone' | 'during', part: readonly Sent[]): number[] {
    this.#sent.push(...part)
    const took = part.map((each) => each.tookMs)
    this.#longest[side] = Math.max(this.#longest[side], ...took)
    return took
  }

  /** Holds that all of it was taken, and that none waited for a lock. */
  hold(report: DrillReport): void {
    holdTaken(report, 'beside changes of the schema', this.#sent)
    const { alone, during } = this.#longest
    report.hold(
      'mail beside it: longest that one waits for a lock of the console',
      `<= 2 s, or ${alone.toFixed(0)} ms as without it`,
      `${during.toFixed(0)} ms`,
      during <= Math.max(longestMs, alone + unnoticedMs),
      'timed',
    )
  }
}

/** So many letters, 30 a second, which are added to `all`. */
export async function sendFor(site: TestSite, all: Sent[], { letters, stop }: Load): Promise<Sent[]> {
  const part = await sendLoad({
    port: () => site.smtpPort,
    messages: letters,
    connections: 4,
    perConnection: 50,
    rate: 30,
    rcptTo: () => `b@${domain}`,
    ...(stop && { stop }),
  })
  all.push(...part)
  return part
}

/** The same for as long as something is done. */
export async function sendWhile(site: TestSite, all: Sent[], work: () => Promise<void>): Promise<Sent[]> {
  const over = new AbortController()
  const sending = sendFor(site, all, { letters: 100_000, stop: over.signal })
  sending.catch(() => undefined)
  try {
    await work()
  } finally {
    over.abort()
  }
  return sending
}
