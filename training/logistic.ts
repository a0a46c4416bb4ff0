import type { Features } from '../server/src/flow/checks/content/model/features.ts'

export interface Example {
  readonly features: Features
  readonly isSpam: boolean
  /** How much it counts beside others. */
  readonly weight: number
  /** Messages of one group are copies or answers of each other. */
  readonly group: string
}

export interface Weights {
  readonly bias: number
  readonly byFeature: ReadonlyMap<number, number>
}

interface TrainOptions {
  readonly rounds: number
  readonly rate: number
  /** Pulls all weights towards 0 (L2). */
  readonly decay: number
  /** Features of fewer groups than this are not learnt: they name somebody, not something. */
  readonly minGroups: number
}

export const trainDefaults: TrainOptions = { rounds: 40, rate: 0.5, decay: 2e-5, minGroups: 2 }

/**
 * Logistic regression by stochastic gradient with rates of their own for each feature (AdaGrad).
 * Same examples in the same order, same weights.
 */
export function trainLogistic(examples: readonly Example[], options: TrainOptions = trainDefaults): Weights {
  const index = indexFeatures(examples, options.minGroups)
  const weights = new Float64Array(index.size + 1)
  const squares = new Float64Array(index.size + 1).fill(1e-2)
  const rows = examples.map((each) => toRow(each, index))
  const bias = index.size
  const order = rows.map((_, i) => i)
  const random = createRandom(20_250_101)
  for (let round = 0; round < options.rounds; round++) {
    shuffle(order, random)
    for (const i of order) {
      const { ids, values, target, weight } = rows[i]!
      let sum = weights[bias]!
      for (let j = 0; j < ids.length; j++) sum += weights[ids[j]!]! * values[j]!
      const error = (1 / (1 + Math.exp(-sum)) - target) * weight
      for (let j = 0; j < ids.length; j++) {
        const id = ids[j]!
        step(id, error * values[j]! + options.decay * weights[id]!)
      }
      step(bias, error * 0.3)
    }
  }
  return { bias: weights[bias]!, byFeature: new Map([...index].map(([hash, id]) => [hash, weights[id]!])) }

  function step(id: number, gradient: number): void {
    squares[id]! += gradient * gradient
    weights[id]! -= (options.rate * gradient) / Math.sqrt(squares[id]!)
  }
}

function indexFeatures(examples: readonly Example[], minGroups: number): Map<number, number> {
  const groups = new Map<number, Set<string>>()
  for (const { features, group } of examples) {
    for (const hash of features.hashes) {
      const seen = groups.get(hash)
      if (!seen) groups.set(hash, new Set([group]))
      else if (seen.size < minGroups) seen.add(group)
    }
  }
  const index = new Map<number, number>()
  for (const [hash, { size }] of groups) if (size >= minGroups) index.set(hash, index.size)
  return index
}

function toRow({ features, isSpam, weight }: Example, index: ReadonlyMap<number, number>) {
  const ids: number[] = []
  const values: number[] = []
  features.hashes.forEach((hash, i) => {
    const id = index.get(hash)
    if (id === undefined) return
    ids.push(id)
    values.push(features.values[i]!)
  })
  return { ids: Int32Array.from(ids), values: Float32Array.from(values), target: isSpam ? 1 : 0, weight }
}

/** Numbers from 0 to 1 from a seed (mulberry32), so that two runs agree. */
export function createRandom(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

export function shuffle<T>(list: T[], random: () => number): void {
  for (let i = list.length - 1; i > 0; i--) {
    const j = Math.floor(random() * (i + 1))
    ;[list[i], list[j]] = [list[j]!, list[i]!]
  }
}
