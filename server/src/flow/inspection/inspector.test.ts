import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { Check, CheckSettings } from './check.ts'
import type { InspectionOutcome } from './inspection-job.ts'
import { inspect } from './inspector.ts'
import { plainSettings } from './plain-settings.ts'

const settings: CheckSettings = { ...plainSettings, host: 'mx.here.test', maxMimeParts: 1000 }

const good: Check = {
  name: 'good',
  run: async () => ({ findings: [{ check: 'good', code: 'seen', weight: 1, text: 'It was seen.' }] }),
}

function run(
  checks: readonly Check[],
  checkBudgetMs = 10_000,
  off: readonly string[] = [],
): Promise<InspectionOutcome> {
  const bytes = Buffer.from('Subject: words\r\nFrom: a@a.test\r\n\r\nbody\r\n')
  const arrival = { ip: '192.0.2.1', helo: 'x', mailFrom: 'a@a.test', rcptTo: [], receivedAt: 0 }
  return inspect(
    { id: 'm1', body: { kind: 'inline', bytes }, arrival, tenant: 'acme' },
    {
      checks,
      resolver: { lookup: () => Promise.reject(new Error('nobody asks')) },
      settings: { ...settings, off },
      checkBudgetMs,
      now: () => 0,
    },
  )
}

const codes = ({ findings }: InspectionOutcome) => findings.map((each) => each.code)

describe('a check that cannot be made takes nothing from the others', () => {
  test('it throws at once, or later', async () => {
    for (const bad of [
      () => {
        throw new Error('broken')
      },
      async () => {
        await new Promise((resolve) => setImmediate(resolve))
        throw new Error('broken')
      },
    ]) {
      const outcome = await run([{ name: 'bad', run: bad }, good])
      assert.deepEqual(codes(outcome), ['bad-unavailable', 'seen'])
      assert.equal(outcome.findings[0]?.evidence?.why, 'broken')
      assert.equal(outcome.subject, 'words')
    }
  })

  test('it is switched off: it does not run', async () => {
    const bad: Check = { name: 'bad', run: () => Promise.reject(new Error('it ran')) }
    assert.deepEqual(codes(await run([bad, good], 1000, ['bad'])), ['seen'])
  })

  test('it hangs: it is told that its time is over, and the others have spoken', async () => {
    let wasTold = false
    const hanging: Check = {
      name: 'hanging',
      run: (_message, tools) =>
        new Promise(() => {
          tools.signal.addEventListener('abort', () => {
            wasTold = true
          })
        }),
    }
    const outcome = await run([hanging, good], 50)
    assert.deepEqual(codes(outcome), ['hanging-unavailable', 'seen'])
    assert.equal(wasTold, true)
    assert.ok((outcome.timings.hanging ?? 0) >= 40)
  })

  test('what it wants done all the same is done', async () => {
    const careful: Check = {
      name: 'careful',
      run: () => Promise.reject(new Error('broken')),
      ifUnavailable: (message) => ({
        proposal: 'defer',
        reply: { code: 451, enhanced: '4.7.5', text: 'later' },
        edits: [{ kind: 'remove', start: 0, end: message.header[0]?.end ?? 0 }],
      }),
    }
    const outcome = await run([careful, good])
    assert.deepEqual(codes(outcome), ['careful-unavailable', 'seen'])
    assert.equal(outcome.findings[0]?.proposal, 'defer')
    assert.deepEqual(outcome.edits, [{ kind: 'remove', start: 0, end: 16 }])
  })
})
