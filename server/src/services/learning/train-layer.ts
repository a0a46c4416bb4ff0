import { setImmediate as nextTurn } from 'node:timers/promises'
import type { Sketch } from '#ground/learning/sketch.ts'
import type { Lesson } from './weigh-examples.ts'

/** Mail of the tenant that nobody said anything about: what is thought of it shall stay as it is. */
export interface Anchor {
  readonly sketch: Sketch
  readonly base: number
}

const rounds = 40
const step = 0.5
/** Pulls weights to nothing: what is said once, or against much else, changes little. */
const restraint = 0.01
const anchorWeight = 0.2
/** The model of all is never so sure that nothing could be learnt beside it. */
const mostBase = 3
/** A weight for a feature needs as many people whose mail had it. */
const leastPeople = 2
/** What so large a share of ordinary mail has in it says nothing; one message, nothing at all. */
const ordinaryShare = 0.05
const ordinaryMessages = 2

interface Row {
  readonly features: Int32Array
  readonly value: number
  readonly base: number
  readonly target: number
  readonly weight: number
}

/**
 * Learns a correction to the model of all: logistic regression from nothing, beside the log odds that the model gave.
 * What only one person's mail has in it gets no weight, nor what ordinary mail of the tenant often has; anchors keep the
 * rest where it is.
 * Same lessons in the same order, same weights.
 */
export async function trainLayer(
  lessons: readonly Lesson[],
  anchors: readonly Anchor[],
): Promise<Map<number, number>> {
  const numbers = numberFeatures(lessons, ordinaryIn(anchors))
  const rows = [
    ...lessons.map(({ sketch, unwanted, base, weight }) =>
      toRow(sketch, bounded(base), unwanted ? 1 : 0, weight, numbers),
    ),
    ...anchors.map(({ sketch, base }) =>
      toRow(sketch, bounded(base), sigmoid(bounded(base)), anchorWeight, numbers),
    ),
  ].filter(({ features, weight }) => features.length > 0 && weight > 0)
  const weights = new Float64Array(numbers.size)
  for (let round = 0; round < rounds; round++) {
    runRound(rows, weights, step / (1 + round / 8))
    // Mail goes through this thread too.
    await nextTurn()
  }
  return new Map([...numbers].map(([hash, number]) => [hash, weights[number]!]))
}

/** Features that mail often has which nobody said anything about. */
function ordinaryIn(anchors: readonly Anchor[]): ReadonlySet<number> {
  const counts = new Map<number, number>()
  for (const { sketch } of anchors) for (const hash of sketch) counts.set(hash, (counts.get(hash) ?? 0) + 1)
  const most = Math.max(ordinaryMessages, anchors.length * ordinaryShare)
  return new Set([...counts].filter(([, count]) => count > most).map(([hash]) => hash))
}

/** Features that the mail of at least two people has, and ordinary mail seldom. */
function numberFeatures(lessons: readonly Lesson[], ordinary: ReadonlySet<number>): Map<number, number> {
  const people = new Map<number, Set<string>>()
  for (const { sketch, people: mine } of lessons)
    for (const hash of sketch) {
      const known = people.get(hash) ?? new Set()
      for (const each of mine) if (known.size < leastPeople) known.add(each)
      people.set(hash, known)
    }
  const kept = [...people].filter(([hash, known]) => known.size >= leastPeople && !ordinary.has(hash))
  return new Map(kept.map(([hash], number) => [hash, number]))
}

function toRow(
  sketch: Sketch,
  base: number,
  target: number,
  weight: number,
  numbers: ReadonlyMap<number, number>,
): Row {
  const features = Int32Array.from([...sketch].flatMap((hash) => numbers.get(hash) ?? []))
  return { features, value: 1 / Math.sqrt(sketch.length), base, target, weight }
}

function runRound(rows: readonly Row[], weights: Float64Array, rate: number): void {
  for (const { features, value, base, target, weight } of rows) {
    let odds = base
    for (const feature of features) odds += weights[feature]! * value
    const change = rate * weight * (target - sigmoid(odds)) * value
    for (const feature of features) weights[feature]! += change
  }
  for (let i = 0; i < weights.length; i++) weights[i]! *= 1 - rate * restraint
}

function bounded(base: number): number {
  return Math.max(-mostBase, Math.min(mostBase, base))
}

function sigmoid(odds: number): number {
  return 1 / (1 + Math.exp(-odds))
}
