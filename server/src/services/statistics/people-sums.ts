import type { Sum, Top } from './statistics-store.ts'

/** What has happened to mail of some people. */
export interface PeopleSums {
  readonly sums: readonly Sum[]
  /** The most of each kind, over the whole time. */
  readonly tops: readonly Top[]
}

/** Names of one kind: those who write from ever new addresses must not fill the memory. */
const mostNames = 1000
const hourMs = 3_600_000
const dayMs = 24 * hourMs

/** Adds up pieces, in which the same line comes again and again, by hour or by day. */
export class AddedSums {
  readonly #spanMs: number
  readonly #sums = new Map<string, Sum>()
  readonly #tops = new Map<Top['kind'], Map<string, Top>>()

  constructor(span: 'hour' | 'day') {
    this.#spanMs = span === 'hour' ? hourMs : dayMs
  }

  add({ sums, tops }: PeopleSums): void {
    for (const each of sums) {
      const at = Math.floor(each.at / this.#spanMs) * this.#spanMs
      const key = [at, each.direction, each.what, each.reason].join('\n')
      const deliveries = (this.#sums.get(key)?.deliveries ?? 0) + each.deliveries
      this.#sums.set(key, { ...each, at, deliveries })
    }
    for (const each of tops) this.#addTop(each)
  }

  /** Where there are too many names the rarer half of them makes room: who comes often is not among them. */
  #addTop(top: Top): void {
    const names = this.#tops.get(top.kind) ?? new Map<string, Top>()
    this.#tops.set(top.kind, names)
    const known = names.get(top.name)
    if (known === undefined && names.size >= mostNames)
      for (const { name } of mostFirst(names).slice(mostNames / 2)) names.delete(name)
    names.set(top.name, { ...top, deliveries: (known?.deliveries ?? 0) + top.deliveries })
  }

  result(): PeopleSums {
    return { sums: [...this.#sums.values()], tops: [...this.#tops.values()].flatMap(mostFirst) }
  }
}

const mostFirst = (names: ReadonlyMap<string, Top>): Top[] =>
  [...names.values()].sort((a, b) => b.deliveries - a.deliveries)
