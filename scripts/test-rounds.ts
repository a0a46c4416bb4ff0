import type { TestEvent } from './test-tally.ts'

/** So many files may be run once more; where more failed, it is not the machine. */
const mostAgain = 3
/** So many characters of what a test failed with are told. */
const mostTold = 300
/** What runs beside files that start real processes. Quick units fail at once, and so does what nothing runs beside. */
const besideOthers = /\/tests\/(scenarios|stories|suites)\/|\.slow\.test\.ts$/
const besideNothing = /\.alone\.test\.ts$/
/**
 * Tells drills which round of theirs this is: `first` or `second`. Without it they run the second right after the first
 * (tests/drills/rounds.ts). No name of ours: MAILKEEP_ begins settings, and commands refuse what is none.
 */
export const drillRound = 'DRILL_ROUND'
/** A drill begins so whose misses may all be the machine's (tests/drills/test-drills.ts): what became of mail stands at once. */
export const judgedAtTheEnd = 'the machine may have been busy: '
/** What fails only because something inside or before it failed. */
const consequences = new Set(['subtestsFailed', 'cancelledByParent'])

/** What is run once more. */
export interface Again {
  readonly file: string
  /** Names of its tests; none: the whole file. */
  readonly only: readonly string[]
}

/**
 * Tells failures that stand from those that a busy machine may have made. A file that failed while others ran on the same
 * cores is run once more by itself, and has to pass as a whole; what it failed with at first is told at the end all the
 * same, since a fault that comes now and then is one.
 */
export class TestRounds {
  readonly #held = new Map<string, TestEvent[]>()

  /** What the report is told of an event of the first round: a failure stands there as one that is still to be judged. */
  note(event: TestEvent): TestEvent {
    const file = fileOf(event)
    if (event.type !== 'test:fail' || !(isBesideOthers(file) || isDrillForLater(event))) return event
    this.#held.set(file, [...(this.#held.get(file) ?? []), event])
    return { type: 'test:pass', data: { ...event.data, skip: `${messageOf(event)}; judged at the end` } }
  }

  /** What is to be run once more, one by one: files as a whole, and drills by their names, however many these are. */
  again(): Again[] {
    const files = [...this.#held].filter(([, events]) => !events.every(isConsequence))
    const whole = files.filter(([file]) => isBesideOthers(file)).map(([file]) => ({ file, only: [] }))
    const drills = files.filter(([file]) => !isBesideOthers(file))
    return [
      ...(whole.length > mostAgain ? [] : whole),
      ...drills.map(([file, events]) => ({ file, only: events.map(({ data }) => data.name ?? '') })),
    ]
  }

  /** The failures of a file that were held back. */
  heldOf(file: string): readonly TestEvent[] {
    return this.#held.get(file) ?? []
  }

  /** The failures that were held back, and stand: their file is not run once more. */
  stands(): TestEvent[] {
    const again = new Set(this.again().map(({ file }) => file))
    return [...this.#held].filter(([file]) => !again.has(file)).flatMap(([, events]) => events)
  }

  /** What failed in a file in the first round, a line each. */
  firstRoundOf(file: string): string[] {
    return this.heldOf(file)
      .filter((each) => !isConsequence(each))
      .map((each) => `${each.data.name}: ${messageOf(each).replace(/\s+/g, ' ').slice(0, mostTold)}`)
  }
}

const isBesideOthers = (file: string) => besideOthers.test(file) && !besideNothing.test(file)
const isDrillForLater = (event: TestEvent) => messageOf(event).startsWith(judgedAtTheEnd)

/** The file that was run; a test may stand in another one, which it imports. */
export function fileOf({ data }: TestEvent): string {
  return data.entryFile ?? data.file ?? ''
}

function isConsequence({ data }: TestEvent): boolean {
  return consequences.has(data.details?.error?.failureType ?? '')
}

function messageOf({ data }: TestEvent): string {
  const { cause, message } = data.details?.error ?? {}
  return (typeof cause === 'object' ? cause?.message : cause) ?? message ?? ''
}
