import { setImmediate as nextTurn } from 'node:timers/promises'
import { likeness, type Sketch, sketchFromText } from '#ground/learning/sketch.ts'
import type { Example } from './learning-store.ts'

/** Reports and releases about one mailing, as one thing learnt. */
export interface Lesson {
  readonly sketch: Sketch
  readonly unwanted: boolean
  readonly base: number
  readonly weight: number
  readonly people: ReadonlySet<string>
}

/** Why there is nothing to learn yet; in words. */
export type NotEnough = { readonly kind: 'not-enough'; readonly why: string }
export type Lessons = { readonly kind: 'lessons'; readonly lessons: readonly Lesson[] }

/** An opinion counts half after this time. */
const halfLifeMs = 90 * 86_400_000
/** Messages of which so much is the same are one mailing. */
const sameMailing = 0.7
const mostAlike = 40
/** A mailing counts for two at most, however many reported it. */
const mostPerMailing = 2
/** What one person says is at most this share of what is learnt, so that two others weigh as much. */
const mostOfOne = 1 / 3
/** Needed of each kind, after all that. */
const least = { weight: 4, senders: 3, people: 3 }

/**
 * Weighs what people said so that no single one can teach much: copies of a mailing count once, old opinions fade,
 * one person has at most a third of the say, and without enough of both kinds nothing is learnt at all.
 */
export async function weighExamples(examples: readonly Example[], now: number): Promise<Lessons | NotEnough> {
  const fresh = examples.flatMap((each) => {
    const sketch = sketchFromText(each.sketch)
    const weight = each.weight * 2 ** (-Math.max(0, now - each.at) / halfLifeMs)
    return sketch && weight > 0 ? [{ ...each, words: sketch, weight }] : []
  })
  const people = new Set(fresh.map(({ person }) => person))
  if (people.size < least.people)
    return notEnough(
      `reports or releases of ${least.people} people are needed, there are those of ${people.size}`,
    )
  const mailings = await groupMailings(fresh)
  const shares = sharesOf(mailings)
  const lessons = mailings.map((each) => toLesson(each, shares))
  for (const kind of ['unwanted', 'wanted'] as const) {
    const mine = lessons.filter(({ unwanted }) => unwanted === (kind === 'unwanted'))
    const weight = mine.reduce((sum, each) => sum + each.weight, 0)
    const senders = new Set(fresh.filter((each) => each.kind === kind).map(({ sender }) => sender)).size
    if (weight < least.weight || senders < least.senders)
      return notEnough(
        `${least.weight} ${kind} mailings of ${least.senders} senders are needed, what there is counts as ${weight.toFixed(1)} of ${senders}`,
      )
  }
  return { kind: 'lessons', lessons }
}

function notEnough(why: string): NotEnough {
  return { kind: 'not-enough', why }
}

type Weighed = Example & { readonly words: Sketch }

interface Mailing {
  readonly kind: Example['kind']
  readonly sketch: Sketch
  readonly base: number
  /** The strongest that each person said of it. */
  readonly said: Map<string, number>
}

/** The first message of a mailing stands for it: who varies his mail a little does not count again. */
async function groupMailings(examples: readonly Weighed[]): Promise<Mailing[]> {
  const mailings: Mailing[] = []
  const byHash = new Map<number, Mailing[]>()
  for (const [index, { kind, words, base, person, weight }] of examples.entries()) {
    // Mail goes through this thread too.
    if (index % 20 === 19) await nextTurn()
    const near = new Set([...words].flatMap((hash) => tellingIn(byHash.get(hash))))
    let found = [...near].find((each) => each.kind === kind && likeness(each.sketch, words) >= sameMailing)
    if (!found) {
      found = { kind, sketch: words, base, said: new Map() }
      mailings.push(found)
      // A few of its hashes are enough to be found by: two of one mailing share most of them.
      for (const hash of words.subarray(0, 24)) push(byHash, hash, found)
    }
    found.said.set(person, Math.max(found.said.get(person) ?? 0, weight))
  }
  return mailings
}

/** What many mailings have in them does not help to find one. */
function tellingIn(mailings: readonly Mailing[] = []): readonly Mailing[] {
  return mailings.length > mostAlike ? [] : mailings
}

function push(map: Map<number, Mailing[]>, hash: number, mailing: Mailing): void {
  const list = map.get(hash)
  if (list) list.push(mailing)
  else map.set(hash, [mailing])
}

/** By how much what each person said is to be lowered, so that nobody has more than his share of each kind. */
function sharesOf(mailings: readonly Mailing[]): Map<string, number> {
  const shares = new Map<string, number>()
  for (const kind of ['unwanted', 'wanted'] as const) {
    const said = new Map<string, number>()
    for (const each of mailings.filter((mailing) => mailing.kind === kind))
      for (const [person, weight] of each.said) said.set(person, (said.get(person) ?? 0) + weight)
    const cap = capOf([...said.values()])
    for (const [person, weight] of said) shares.set(`${kind} ${person}`, weight > cap ? cap / weight : 1)
  }
  return shares
}

/** The most that one may weigh so that it is no more than its share of all, each lowered to it; 0 for one or two. */
function capOf(weights: readonly number[]): number {
  const ascending = [...weights].sort((a, b) => a - b)
  let below = 0
  for (const [index, weight] of ascending.entries()) {
    const above = ascending.length - index
    // If this and all above it were lowered to the cap c: c = share * (below + above * c).
    const cap =
      above * mostOfOne >= 1 ? Number.POSITIVE_INFINITY : (mostOfOne * below) / (1 - above * mostOfOne)
    if (cap <= weight) return cap
    below += weight
  }
  return ascending.at(-1) ?? 0
}

function toLesson({ kind, sketch, base, said }: Mailing, shares: ReadonlyMap<string, number>): Lesson {
  let weight = 0
  for (const [person, each] of said) weight += each * (shares.get(`${kind} ${person}`) ?? 0)
  return {
    sketch,
    unwanted: kind === 'unwanted',
    base,
    weight: Math.min(mostPerMailing, weight),
    people: new Set(said.keys()),
  }
}
