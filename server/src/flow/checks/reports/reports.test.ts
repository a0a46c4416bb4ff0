import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { inspect } from '#flow/inspection/inspector.ts'
import { parseMessage } from '#flow/inspection/parse-message.ts'
import { plainSettings } from '#flow/inspection/plain-settings.ts'
import { findReportedIds } from './reported-ids.ts'
import { reports, reportsCodes } from './reports.ts'

const arrival = {
  ip: '192.0.2.1',
  helo: 'x',
  mailFrom: 'a@a.test',
  rcptTo: [`spam@${plainSettings.host}`],
  receivedAt: 0,
}

async function idsOf(bytes: Buffer): Promise<string[][]> {
  const limits = { maxDepth: 100, maxParts: 1000, maxHeaderBytes: 512 << 10 }
  return findReportedIds(await parseMessage({ id: 'm1', bytes, arrival, limits }))
}

describe('what a report means', () => {
  test('anything can be read, and names ten messages with ten ids each at most', async () => {
    const piece = fc.constantFrom(
      'Content-Type: multipart/mixed; boundary=b\r\n',
      'Content-Type: message/rfc822\r\n',
      'Content-Transfer-Encoding: base64\r\n',
      'Message-ID: <a@b>\r\n',
      'message-id:<',
      'In-Reply-To: <c@d> <',
      '\r\n--b\r\n',
      '\r\n\r\n',
      '--b--',
      '\0\xff>',
    )
    const message = fc.array(fc.oneof(piece, fc.string({ maxLength: 20 })), { maxLength: 60 })
    await fc.assert(
      fc.asyncProperty(message, async (pieces) => {
        const claims = await idsOf(Buffer.from(pieces.join(''), 'latin1'))
        assert(claims.length <= 10)
        for (const ids of claims) {
          assert(ids.length >= 1 && ids.length <= 10)
          for (const id of ids) assert(id.length > 0 && id.length <= 500)
        }
      }),
      { numRuns: 300 },
    )
  })

  test('what is made to be slow is not', async () => {
    const hostile = [
      `\r\n${'message-id: <a\n'.repeat(70_000)}`,
      `\r\n${'> '.repeat(500_000)}message-id: <a@b>`,
      `References: ${'<'.repeat(500_000)}\r\n\r\n`,
      `References: ${'<a'.repeat(250_000)}\r\n\r\n`,
      `Content-Type: multipart/mixed; boundary=b\r\n\r\n${'--b\r\nContent-Type: message/rfc822\r\n\r\nMessage-ID: <a@b>\r\n\r\n'.repeat(900)}`,
    ]
    for (const text of hostile) {
      const started = performance.now()
      await idsOf(Buffer.from(text))
      const took = performance.now() - started
      assert(took < 10_000, `${text.slice(0, 40)} took ${took} ms`)
    }
  })

  test('a report that cannot be read says so, and has no facts that the gateway could take', async () => {
    const broken = {
      ...reports,
      run: async () => {
        throw new Error('broken')
      },
    }
    const bytes = Buffer.from('Subject: x\r\n\r\n')
    const outcome = await inspect(
      { id: 'm1', body: { kind: 'inline', bytes }, arrival, tenant: 'acme' },
      {
        checks: [broken],
        resolver: { lookup: () => Promise.reject(new Error('nobody asks')) },
        settings: plainSettings,
        checkBudgetMs: 1000,
        now: () => 0,
      },
    )
    assert.deepEqual(
      outcome.findings.map(({ code, weight, proposal }) => [code, weight, proposal]),
      [[reportsCodes[0], 0, undefined]],
    )
    assert.equal(outcome.facts.reported, undefined)
  })
})
