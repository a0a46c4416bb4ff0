const mostKept = 8000
const mostTold = 300
/** What was written earlier has nothing to do with the end. */
const freshMs = 10_000
const telling = /error|fatal|cannot|failed|fault/i

/** The end of what a server writes on standard error, for whoever asks why it ended. */
export class LastWords {
  readonly #now: () => number
  #text = ''
  #writtenAt = 0

  constructor(now: () => number) {
    this.#now = now
  }

  note(chunk: string): void {
    if (this.#now() - this.#writtenAt > freshMs) this.#text = ''
    this.#text = (this.#text + chunk).slice(-mostKept)
    this.#writtenAt = this.#now()
  }

  /** The line that tells most; empty: it said nothing of the kind shortly before. */
  get(): string {
    if (this.#now() - this.#writtenAt > freshMs) return ''
    const lines = this.#text
      .split('\n')
      .map((each) => complaintOf(each.trim()))
      .filter((each) => each !== '')
    return (lines.findLast((each) => telling.test(each)) ?? lines.at(-1) ?? '').slice(0, mostTold)
  }
}

/** Of a line of the log, its sentence where it is an error; the rest is everyday. What is no line of the log is a fault's own words. */
function complaintOf(line: string): string {
  try {
    const { level, text } = JSON.parse(line) as { level?: unknown; text?: unknown }
    return level === 'error' || level === 'fatal' ? String(text) : ''
  } catch {
    return line
  }
}
