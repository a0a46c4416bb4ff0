import assert from 'node:assert/strict'
import { test } from 'node:test'
import { jsonPieces } from './json-pieces.ts'

async function written(answer: object): Promise<{ text: string; pieces: number; turns: number }> {
  const [texts, turns] = [[] as string[], { n: 0 }]
  const count = () => {
    turns.n += 1
    timer = setImmediate(count)
  }
  let timer = setImmediate(count)
  for await (const each of jsonPieces(answer)) texts.push(each)
  clearImmediate(timer)
  return { text: texts.join(''), pieces: texts.length, turns: turns.n }
}

const members = (count: number) =>
  Array.from({ length: count }, (_, n) => ({ value: `${n}`, display: `"ü" ${n}`, none: undefined }))

test('pieces together are the JSON of an answer, short or long, nested or not', async () => {
  for (const answer of [
    {},
    { schemas: [], id: 'a', none: undefined, meta: { at: null } },
    { members: members(499), id: 'a' },
    { members: members(500) },
    { members: members(1700), meta: { location: 'x' } },
    { Resources: [{ members: members(3) }, { id: 'b' }, { members: members(1200) }, {}], total: 4 },
    { Resources: Array.from({ length: 1100 }, (_, n) => ({ id: n, members: members(n % 3) })) },
    { list: [undefined, null, 1, 'a', [], [[members(2)]]] },
  ])
    assert.equal((await written(answer)).text, JSON.stringify(answer))
})

test('others have a turn between pieces of a long answer', async () => {
  const { pieces, turns } = await written({ Resources: [{ members: members(10_000) }] })
  assert.ok(pieces >= 20, `${pieces} pieces`)
  assert.ok(turns >= 19, `${turns} turns`)
})
