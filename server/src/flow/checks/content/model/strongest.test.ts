import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseMessage } from '#flow/inspection/parse-message.ts'
import { content } from '../content.ts'

const limits = { maxDepth: 100, maxParts: 1000, maxHeaderBytes: 1 << 19 }
const arrival = { ip: '192.0.2.1', helo: '', mailFrom: '', rcptTo: [], receivedAt: 0 }

test('evidence of the model names words and concepts that speak for it', async () => {
  const bytes = Buffer.from(
    'From: x <x@example.net>\r\nTo: y@example.org\r\nSubject: casino bonus\r\n\r\nFree spins and a deposit bonus, play now and win the jackpot at our casino! https://play.example.net/\r\n',
  )
  const message = await parseMessage({ id: 'a', bytes, arrival, limits })
  const { findings } = await content.run(message, {} as never)
  const found = findings.find((each) => each.code.startsWith('words-'))
  const { words, concepts } = (found?.evidence ?? {}) as Record<string, string[] | undefined>
  assert(words?.includes('casino'), JSON.stringify(found))
  assert(concepts?.includes('gambling'), JSON.stringify(found))
})
