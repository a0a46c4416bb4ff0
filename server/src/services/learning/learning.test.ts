import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { boundInfluence } from '#flow/checks/learnt/influence.ts'
import { keyedHash, learningKey } from '#ground/learning/keyed-hash.ts'
import { readLayer, writeLayer } from '#ground/learning/layer.ts'
import { makeSketch, type Sketch, sketchToText } from '#ground/learning/sketch.ts'
import type { Example } from './learning-store.ts'
import { trainLayer } from './train-layer.ts'
import { weighExamples } from './weigh-examples.ts'

const key = learningKey('secret')
const now = 1_800_000_000_000
const day = 86_400_000

/** A text of its own words among words that all mail of a kind has. */
function sketchOf(kind: string, n: number): Sketch {
  const words = [
    ...Array.from({ length: 25 }, (_, i) => `${kind}${i}`),
    ...Array.from({ length: 30 }, (_, i) => `own${kind}${n}-${i}`),
    ...Array.from({ length: 20 }, (_, i) => `common${i}`),
  ]
  return makeSketch(
    words.map((word) => keyedHash(key, 'w', word)),
    [],
  )
}

function example(kind: Example['kind'], n: number, person: string, more: Partial<Example> = {}): Example {
  const topic = kind === 'unwanted' ? 'lottery' : 'newsletter'
  return {
    tenant: 'one',
    messageId: `${topic}${n}`,
    person,
    kind,
    weight: 1,
    sender: `sender${n}`,
    base: kind === 'unwanted' ? -1 : 2,
    at: now,
    sketch: sketchToText(sketchOf(topic, n)),
    contrary: '',
    ...more,
  }
}

const people = ['anna', 'bob', 'carl', 'dora']
/** Eight mailings of each kind, said by four people. */
const honest = Array.from({ length: 8 }, (_, n) => [
  example('unwanted', n, people[n % 4]!),
  example('wanted', n, people[(n + 1) % 4]!),
]).flat()

const anchors = Array.from({ length: 100 }, (_, n) => ({ sketch: sketchOf('daily', n), base: -2 }))

async function learn(examples: readonly Example[]) {
  const weighed = await weighExamples(examples, now)
  assert(weighed.kind === 'lessons', weighed.kind === 'not-enough' ? weighed.why : '')
  return readLayer(writeLayer('v', await trainLayer(weighed.lessons, anchors)))
}

describe('what is learnt', () => {
  test('mail like that which people reported is told from mail like that which they wanted', async () => {
    const layer = await learn(honest)
    assert(layer.score(sketchOf('lottery', 99)) > 1, `${layer.score(sketchOf('lottery', 99))}`)
    assert(layer.score(sketchOf('newsletter', 99)) < -1, `${layer.score(sketchOf('newsletter', 99))}`)
    assert(Math.abs(layer.score(sketchOf('daily', 999))) < 0.25, `${layer.score(sketchOf('daily', 999))}`)
    assert(Math.abs(layer.score(sketchOf('other', 1))) < 0.25)
  })

  test('the same lessons make the same weights', async () => {
    const weighed = await weighExamples(honest, now)
    assert(weighed.kind === 'lessons')
    assert.deepEqual(await trainLayer(weighed.lessons, anchors), await trainLayer(weighed.lessons, anchors))
  })

  test('without enough of both kinds, of people and of senders there is nothing to learn', async () => {
    const why = async (examples: readonly Example[]) => {
      const weighed = await weighExamples(examples, now)
      return weighed.kind === 'not-enough' ? weighed.why : ''
    }
    assert.match(await why([]), /3 people/)
    assert.match(await why(honest.filter(({ kind }) => kind === 'unwanted')), /4 wanted mailings/)
    assert.match(await why(honest.map((each) => ({ ...each, person: 'anna' }))), /3 people/)
    assert.match(await why(honest.map((each) => ({ ...each, sender: 'one' }))), /3 senders/)
    assert.match(await why(honest.map((each) => ({ ...each, at: now - 400 * day }))), /counts as 0/)
    const oneMailing = people.map((person) => example('unwanted', 1, person))
    assert.match(
      await why([...honest.filter(({ kind }) => kind === 'wanted'), ...oneMailing]),
      /counts as 2.0 of 1/,
    )
    assert.equal(await why(honest), '')
  })
})

describe('who wants to mislead', () => {
  /** What the layer does to mail: dispositions would change by these points. */
  const pointsOf = async (examples: readonly Example[], sketch: Sketch, base: number) => {
    const layer = await learn(examples)
    return (
      boundInfluence([{ check: 'content', code: 'x', text: '', weight: base }], layer.score(sketch), 80)
        ?.points ?? 0
    )
  }

  test('a thousand false reports by one person turn nothing', async () => {
    // Says of ordinary mail that it is unwanted, each time of other mail, to have the words of all of it condemned.
    const attack = Array.from({ length: 1000 }, (_, n) =>
      example('unwanted', n, 'mallory', {
        sketch: sketchToText(sketchOf('daily', n)),
        messageId: `m${n}`,
        base: -2,
      }),
    )
    assert.equal((await weighExamples(attack, now)).kind, 'not-enough')
    for (const [topic, base] of [
      ['daily', 100],
      ['other', 100],
    ] as const)
      assert.equal(await pointsOf([...attack, ...honest], sketchOf(topic, 5000), base), 0, topic)
    const [before, after] = [await learn(honest), await learn([...attack, ...honest])]
    for (const topic of ['lottery', 'newsletter'])
      assert.equal(
        Math.sign(after.score(sketchOf(topic, 77))),
        Math.sign(before.score(sketchOf(topic, 77))),
        `${topic} means what it meant`,
      )
  })

  test('a thousand times the same mailing is one', async () => {
    const attack = Array.from({ length: 1000 }, (_, n) =>
      example('wanted', n, 'mallory', { sketch: sketchToText(sketchOf('lottery', 3)), messageId: `m${n}` }),
    )
    const layer = await learn([...honest, ...attack])
    assert(layer.score(sketchOf('lottery', 99)) > 0.5, `${layer.score(sketchOf('lottery', 99))}`)
  })

  test('one who says the opposite of all others is outvoted', async () => {
    const attack = Array.from({ length: 200 }, (_, n) =>
      example('wanted', n, 'mallory', {
        sketch: sketchToText(sketchOf('lottery', n + 100)),
        messageId: `m${n}`,
      }),
    )
    const score = (await learn([...honest, ...attack])).score(sketchOf('lottery', 999))
    assert(score > -0.25, `${score}`)
  })

  test('nobody has more than a third of the say, whatever is reported', async () => {
    const said = fc.array(
      fc.record({
        person: fc.constantFrom('a', 'b', 'c', 'd', 'e'),
        n: fc.nat({ max: 40 }),
        weight: fc.double({ min: 0, max: 1, noNaN: true }),
      }),
      { maxLength: 60 },
    )
    await fc.assert(
      fc.asyncProperty(said, said, async (bad, good) => {
        const examples = [
          ...bad.map(({ person, n, weight }) => example('unwanted', n, person, { weight })),
          ...good.map(({ person, n, weight }) => example('wanted', n, person, { weight })),
        ]
        const weighed = await weighExamples(examples, now)
        if (weighed.kind === 'not-enough') return
        for (const unwanted of [true, false]) {
          const mine = weighed.lessons.filter((each) => each.unwanted === unwanted)
          const alone = (person: string) =>
            mine
              .filter(({ people: who }) => who.size === 1 && who.has(person))
              .reduce((sum, { weight }) => sum + weight, 0)
          const all = mine.reduce((sum, { weight }) => sum + weight, 0)
          for (const person of ['a', 'b', 'c', 'd', 'e']) assert(alone(person) <= all / 2 + 1e-9)
        }
      }),
      { numRuns: 200 },
    )
  })
})
