import { Readable } from 'node:stream'
import { setImmediate as nextTurn } from 'node:timers/promises'

/** Members of a list that are written in one go: that takes less than a millisecond. */
const atOnce = 500

/**
 * JSON of an answer whose lists may be very long, in pieces that together are what `JSON.stringify` makes of it: sockets
 * have their turn between five hundred members and the next.
 */
export async function* jsonPieces(answer: object): AsyncGenerator<string> {
  let text = ''
  let written = 0
  for (const { json, members } of partsOf(answer)) {
    text += json
    written += members
    if (written < atOnce) continue
    yield text
    text = ''
    written = 0
    await nextTurn()
  }
  yield text
}

/** A short answer as one text, whose length is known; a long one as a stream of its pieces. */
export async function jsonOf(answer: object): Promise<string | Readable> {
  const pieces = jsonPieces(answer)
  const { value: first = '' } = await pieces.next()
  const second = await pieces.next()
  if (second.done) return first
  return Readable.from(
    (async function* () {
      yield first
      yield second.value
      yield* pieces
    })(),
  )
}

interface Part {
  readonly json: string
  /** How much work it was. */
  readonly members: number
}

function* partsOf(value: unknown): Generator<Part> {
  if (Array.isArray(value)) yield* partsOfList(value)
  else if (holdsList(value)) yield* partsOfObject(value as object)
  else yield { json: JSON.stringify(value) ?? 'null', members: 1 }
}

function* partsOfObject(value: object): Generator<Part> {
  let before = '{'
  for (const [name, each] of Object.entries(value)) {
    if (each === undefined) continue
    yield { json: `${before}${JSON.stringify(name)}:`, members: 0 }
    yield* partsOf(each)
    before = ','
  }
  yield { json: '}', members: 0 }
}

function* partsOfList(values: readonly unknown[]): Generator<Part> {
  yield { json: '[', members: 0 }
  for (let at = 0; at < values.length; at += atOnce) {
    const some = values.slice(at, at + atOnce)
    if (at > 0) yield { json: ',', members: 0 }
    if (!some.some(holdsList)) yield { json: JSON.stringify(some).slice(1, -1), members: some.length }
    else
      for (const [index, each] of some.entries()) {
        if (index > 0) yield { json: ',', members: 0 }
        yield* partsOf(each)
      }
  }
  yield { json: ']', members: 0 }
}

function holdsList(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false
  return Array.isArray(value) || Object.values(value).some((each) => Array.isArray(each))
}
