/**
 * Live events come in rounds, of which the last event alone names the place after all of them: where the connection breaks
 * among them the browser goes on before the first, and all of the round come again. So a round is shown when it is whole.
 */
export class LiveRounds<Line> {
  #place = ''
  #lines: Line[] = []
  #skipped = 0

  /**
   * Takes in one event.
   * @param place `lastEventId` of the event: that of the round before, or empty, until the last event of this one
   * @returns the whole round, the newest line first; null: more of it is to come
   */
  hear(
    place: string,
    { line, skipped = 0 }: { readonly line?: Line; readonly skipped?: number },
  ): { readonly lines: readonly Line[]; readonly skipped: number } | null {
    if (line !== undefined) this.#lines.unshift(line)
    this.#skipped += skipped
    if (place === '' || place === this.#place) return null
    this.#place = place
    const round = { lines: this.#lines, skipped: this.#skipped }
    this.drop()
    return round
  }

  /** The connection is broken: what is not whole comes again. */
  drop(): void {
    this.#lines = []
    this.#skipped = 0
  }
}
