import { judgeEnd, type ProcessEnd } from './judge-end.ts'
import type { ProcessState } from './process-state.ts'
import { RestartWaits } from './restart-waits.ts'
import { Silence } from './silence.ts'
import { type EndedRun, type EndedRuns, latelyMs, oftenFrom, type ServerWord } from './words.ts'

/** How often the supervisor looks at what it watches. */
export const lookEveryMs = 500
/** Silence of a server that has not started whole: it may have much to load and to read, in long turns. */
const startSilenceMs = 300_000
/** Runs that nobody could write down yet; more would be the same again. */
const mostRuns = 20
/** Characters of what a server says of its end. */
const mostTold = 300

/** A server that was launched. */
export interface ServerProcess {
  readonly pid: number
  tell(runs: EndedRuns): void
  kill(signal: NodeJS.Signals): void
}

/** What is heard of it. */
export interface ServerEars {
  readonly said: (word: ServerWord) => void
  readonly ended: (end: ProcessEnd) => void
}

export interface SupervisorParts {
  readonly launch: (ears: ServerEars) => ServerProcess
  readonly stateOf: (pid: number) => ProcessState | null
  /** Milliseconds since 1970. */
  readonly now: () => number
  /** Milliseconds by a clock that nothing moves. */
  readonly steady: () => number
  /** Says a line to people. */
  readonly say: (line: string) => void
  /** The supervisor has to end, with this code. */
  readonly over: (code: number) => void
}

/**
 * Keeps one server running. It is up, or it has ended and is launched again after a wait; asked to stop, it is not. A
 * server whose event loop is not heard of any more is killed, and what follows is the same as after any other accident.
 */
export class Supervisor {
  readonly #parts: SupervisorParts
  readonly #waits = new RestartWaits()
  #run: Run | null = null
  #launchAt: number | null = null
  #unnoted: EndedRun[] = []
  /** When runs ended, by the steady clock. */
  #endedAt: number[] = []
  #isStopping = false

  constructor(parts: SupervisorParts) {
    this.#parts = parts
  }

  start(): void {
    this.#launchAt = null
    const run = new Run(this.#parts.steady)
    this.#run = run
    run.process = this.#parts.launch({
      said: (word) => this.#hear(run, word),
      ended: (end) => this.#ended(run, end),
    })
    if (run.process.pid !== 0) this.#parts.say(`process ${run.process.pid} is starting`)
  }

  /** To be called each `lookEveryMs`. */
  look(): void {
    const { steady, stateOf, say } = this.#parts
    if (this.#launchAt !== null && steady() >= this.#launchAt) this.start()
    const run = this.#run
    if (!run?.process || run.hung !== null) return
    const state = stateOf(run.process.pid)
    const silentMs = run.silence.look(state === 'waits for a disk')
    const boundMs = run.upSince === null ? startSilenceMs : run.silentAfterMs
    if (run.silentAfterMs === 0 || silentMs < boundMs) return
    const seconds = Math.round(silentMs / 1000)
    run.hung = `hung: its event loop was not heard of for ${seconds} s${state === null ? '' : ` (it was ${state})`}`
    run.heardAt = this.#parts.now() - silentMs
    say(`process ${run.process.pid} ${run.hung}; it is killed`)
    // One that is stopped hears nothing else.
    run.process.kill('SIGKILL')
  }

  /** Passes on what asks the server to stop; it is not started again. Whoever asks twice has it ended at once. */
  stop(signal: NodeJS.Signals): void {
    const asked = this.#isStopping ? 'SIGKILL' : signal
    this.#isStopping = true
    if (this.#run?.process) this.#run.process.kill(asked)
    else this.#parts.over(0)
  }

  /** Has the server read its settings anew; one that is about to start reads them anyway. */
  reload(): void {
    const run = this.#run
    if (!run?.process) return
    // Before it has started it would end by this signal.
    if (run.upSince === null) run.reloadWhenUp = true
    else run.process.kill('SIGHUP')
  }

  #hear(run: Run, word: ServerWord): void {
    run.silence.heard()
    if (word.kind === 'settings') {
      run.silentAfterMs = word.silentAfterMs
      run.process?.tell({ runs: this.#unnoted, lately: this.#lately() })
    }
    if (word.kind === 'running') {
      run.upSince = this.#parts.steady()
      if (run.reloadWhenUp) run.process?.kill('SIGHUP')
    }
    if (word.kind === 'has to end') run.lastWords = word.why.slice(0, mostTold)
    if (word.kind === 'noted') this.#unnoted = this.#unnoted.slice(word.runs)
  }

  #ended(run: Run, end: ProcessEnd): void {
    const { now, steady, say, over } = this.#parts
    const pid = run.process?.pid ?? 0
    this.#run = null
    const judged = judgeEnd(end)
    if (this.#isStopping || judged.isOver) {
      if (judged.isOver && judged.code === 2)
        say('the server could not start as asked, so it is not tried again; mend that and start it anew')
      over(judged.isOver ? judged.code : (end.code ?? 70))
      return
    }
    const why = run.hung ?? judged.why
    const awayFrom = run.heardAt ?? now()
    this.#unnoted = [...this.#unnoted, { pid, why, awayFrom, lastWords: run.lastWords }].slice(-mostRuns)
    this.#endedAt.push(steady())
    const wait = this.#waits.after(run.upSince === null ? 0 : steady() - run.upSince)
    this.#launchAt = steady() + wait
    say(`process ${pid} ${why}; the server is started again in ${wait / 1000} s`)
    const lately = this.#lately()
    if (lately >= oftenFrom)
      say(`it has ended ${lately} times within ${latelyMs / 60_000} minutes: its last lines above say why`)
  }

  #lately(): number {
    const since = this.#parts.steady() - latelyMs
    this.#endedAt = this.#endedAt.filter((each) => each > since)
    return this.#endedAt.length
  }
}

/** One run of the server. */
class Run {
  process: ServerProcess | null = null
  readonly silence: Silence
  /** Why it had to end, as it said itself; empty: it said nothing. */
  lastWords = ''
  /** Until its settings are read. */
  silentAfterMs = startSilenceMs
  /** When it had started whole, by the steady clock; null: not yet. */
  upSince: number | null = null
  reloadWhenUp = false
  /** Why it is killed; null: it is not. */
  hung: string | null = null
  /** When it was last heard of before it was killed (ms since 1970). */
  heardAt: number | null = null

  constructor(steady: () => number) {
    this.silence = new Silence(lookEveryMs, steady)
  }
}
