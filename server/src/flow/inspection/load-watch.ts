/** Who a message is of: its client, whose it is, and whom it is for. */
export interface LoadShare {
  readonly source: string
  readonly tenant: string
  readonly recipient: string
}

/** How much of what a stage can do was asked of it lately, and by whom most. */
export interface Load {
  /** Percent of the time in which it had work; 100: it can do no more. */
  readonly percent: number
  readonly messages: number
  /** Of each kind who brought most, with the messages. Adds up all names of the window: for whoever tells of it. */
  readonly top: () => Readonly<Record<keyof LoadShare, TopName | null>>
}

interface TopName {
  readonly name: string
  readonly messages: number
}

interface Step {
  readonly at: number
  /** Percent of its time; null: it is still going on. */
  percent: number | null
  readonly counts: Record<keyof LoadShare, Map<string, number>>
  messages: number
}

const kinds = ['source', 'tenant', 'recipient'] as const
/** Names counted of each kind in a step; a flood of made-up ones must not fill the memory. */
const mostNames = 2000
/** Steps that a whole window must have before it says something. */
const leastSteps = 3

/**
 * How near a stage is to what it can do, over a window of time: the share of its time in which it has work is what comes
 * measured against what it could take, and it is high before anything is late.
 */
export class LoadWatch {
  #steps: Step[] = []

  /** Counts a message. */
  note(share: LoadShare, now: number): void {
    const step = this.#open(now)
    step.messages += 1
    for (const kind of kinds) {
      const counts = step.counts[kind]
      const name = share[kind]
      if (counts.has(name) || counts.size < mostNames) counts.set(name, (counts.get(name) ?? 0) + 1)
    }
  }

  /**
   * Ends a step of time.
   * @param percent share of it in which the stage had work
   * @returns null: the time looked at is not yet as long as `windowMs`
   */
  step(percent: number, now: number, windowMs: number): Load | null {
    this.#open(now).percent = percent
    this.#steps = this.#steps.filter(({ at }) => now - at <= windowMs)
    const first = this.#steps[0]
    this.#steps.push(newStep(now))
    const ended = this.#steps.filter((each) => each.percent !== null)
    if (first === undefined || ended.length < leastSteps || now - first.at < windowMs * 0.8) return null
    return {
      percent: ended.reduce((sum, each) => sum + (each.percent ?? 0), 0) / ended.length,
      messages: ended.reduce((sum, each) => sum + each.messages, 0),
      top: () => ({
        source: topOf(ended, 'source'),
        tenant: topOf(ended, 'tenant'),
        recipient: topOf(ended, 'recipient'),
      }),
    }
  }

  #open(now: number): Step {
    const last = this.#steps.at(-1)
    if (last && last.percent === null) return last
    const step = newStep(now)
    this.#steps.push(step)
    return step
  }
}

function newStep(at: number): Step {
  return {
    at,
    percent: null,
    messages: 0,
    counts: { source: new Map(), tenant: new Map(), recipient: new Map() },
  }
}

function topOf(steps: readonly Step[], kind: keyof LoadShare): TopName | null {
  const sums = new Map<string, number>()
  for (const { counts } of steps)
    for (const [name, count] of counts[kind]) sums.set(name, (sums.get(name) ?? 0) + count)
  let top: TopName | null = null
  for (const [name, messages] of sums) if (messages > (top?.messages ?? 0)) top = { name, messages }
  return top
}
