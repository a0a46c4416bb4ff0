import assert from 'node:assert/strict'
import { test } from 'node:test'
import { eachOf } from './each-of.ts'

test('every step is taken, and every one that failed is told of', async () => {
  const did: string[] = []
  const fails = (words: string) => async () => {
    did.push(words)
    throw new Error(words)
  }
  const works = async () => void did.push('works')
  const [disk, page] = [fails('the disk is full'), fails('no page')]
  await assert.rejects(eachOf([disk, works, () => eachOf([works, page])]), (cause: Error) => {
    assert.equal(cause.message, 'the disk is full; no page')
    assert.ok(cause.cause instanceof AggregateError)
    assert.equal(cause.cause.errors.length, 2)
    return true
  })
  assert.deepEqual(did, ['the disk is full', 'works', 'works', 'no page'])
  await assert.rejects(eachOf([works, page]), { message: 'no page' })
  await eachOf([works])
})
