/**
 * Work of several in pieces, one piece at a time: whoever has waited longest has the next one, so that a large piece of
 * work does not stand before small ones. Between two pieces is rest, which is the time of all who do other things.
 */
export class PieceTurns {
  readonly #rest: (tookMs: number) => Promise<void>
  #last: Promise<void> = Promise.resolve()

  /** @param rest waits; it is told how long the piece before took, in milliseconds */
  constructor(rest: (tookMs: number) => Promise<void>) {
    this.#rest = rest
  }

  run<Answer>(piece: () => Promise<Answer>): Promise<Answer> {
    let began = 0
    const done = this.#last.then(() => {
      began = performance.now()
      return piece()
    })
    const rest = () => this.#rest(performance.now() - began)
    this.#last = done.then(rest, rest)
    return done
  }
}
