/**
 * The model that is shipped belongs to the code that reads it: whoever changes what a feature is must train anew
 * (`npm run train -- --write`), or what the model has learnt means nothing any more. These messages it has learnt from.
 */
import assert from 'node:assert/strict'
import { before, test } from 'node:test'
import { scan } from '../server/src/wiring/scan-message.ts'
import { type Sample, writeTemplateCorpus } from '../training/corpus.ts'

const judged: { sample: Sample; score: number }[] = []

before(async () => {
  for (const sample of writeTemplateCorpus(1)) {
    const request = {
      ip: '192.0.2.1',
      helo: '',
      mailFrom: '',
      rcptTo: [],
      dns: null,
      nowMs: 0,
      timeMs: 30_000,
    }
    const { answer } = await scan({ ...request, message: sample.bytes })
    judged.push({ sample, score: answer.score })
  }
})

test('no wanted mail of the templates is held back', () => {
  const held = judged.filter(({ sample, score }) => !sample.isSpam && score >= 200)
  assert.deepEqual(
    held.map(({ sample, score }) => `${sample.name} ${score}`),
    [],
  )
})

test('nearly all unwanted mail of the templates is held back', () => {
  const bad = judged.filter(({ sample }) => sample.isSpam)
  const missed = bad.filter(({ score }) => score < 200).map(({ sample, score }) => `${sample.name} ${score}`)
  assert(missed.length <= bad.length * 0.05, missed.join('\n'))
})
