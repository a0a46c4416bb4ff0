import type { TestEvent } from './test-tally.ts'

/** So many files may be run once more; where more waited in vain, it is not the machine. */
const mostAgain = 3
/** What starts real processes, and waits for them. Drills have rounds of their own (tests/drills/rounds.ts). */
const startsProcesses = /\/tests\/(scenarios|stories|suites)\//
/** A wait of ours, of the browser's driver, or of node's runner for a test. */
const inVain =
  /waited \d+ ms in vain|^Timeout \d+ms exceeded|\.\w+: Timeout \d+ms exceeded|^test timed out after \d+ms/
/** What fails only because something inside or before it failed. */
const consequences = new Set(['subtestsFailed', 'cancelledByParent'])

/**
 * Tells failures that stand from those that a busy machine may have made. Where all that failed in a file were waits in
 * vain, beside other files on the same cores, that file is run once more by itself, and has to pass as a whole. Whatever
 * is no wait fails at once, as in the rounds of drills.
 */
export class TestRounds {
  readonly #held = new Map<string, TestEvent[]>()
  readonly #failed = new Set<string>()

  /** What the report is told of an event of the first round: a wait in vain stands there as one that is still to be judged. */
  note(event: TestEvent): TestEvent {
    const file = fileOf(event)
    if (event.type !== 'test:fail' || !startsProcesses.test(file)) return event
    const held = this.#held.get(file) ?? []
    if (this.#failed.has(file) || !mayBeBusy(event)) {
      this.#failed.add(file)
      return event
    }
    this.#held.set(file, [...held, event])
    return { type: 'test:pass', data: { ...event.data, skip: `${messageOf(event)}; judged at the end` } }
  }

  /** The files that are to be run once more, one by one. */
  again(): string[] {
    const files = [...this.#held.keys()].filter(
      (file) => !this.#failed.has(file) && this.#held.get(file)?.some((each) => !isConsequence(each)),
    )
    return files.length > mostAgain ? [] : files
  }

  /** The failures of a file that were held back. */
  heldOf(file: string): readonly TestEvent[] {
    return this.#held.get(file) ?? []
  }

  /** The failures that were held back, and stand: their file is not run once more. */
  stands(): TestEvent[] {
    const again = new Set(this.again())
    return [...this.#held].filter(([file]) => !again.has(file)).flatMap(([, events]) => events)
  }
}

/** The file that was run; a test may stand in another one, which it imports. */
export function fileOf({ data }: TestEvent): string {
  return data.entryFile ?? data.file ?? ''
}

function mayBeBusy(event: TestEvent): boolean {
  return isConsequence(event) || inVain.test(messageOf(event))
}

function isConsequence({ data }: TestEvent): boolean {
  return consequences.has(data.details?.error?.failureType ?? '')
}

function messageOf({ data }: TestEvent): string {
  const { cause, message } = data.details?.error ?? {}
  return (typeof cause === 'object' ? cause?.message : cause) ?? message ?? ''
}
