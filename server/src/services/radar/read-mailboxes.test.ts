import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { setImmediate as turn } from 'node:timers/promises'
import { type FoundProbe, type MailboxParts, MailboxRounds, type ProbeMailbox } from './read-mailboxes.ts'

/** Trips on their way to these addresses, and mailboxes with what lies in them. */
function partsOf(awaited: readonly string[], look: ProbeMailbox['look']) {
  const [arrived, told]: [FoundProbe[], (string | null)[]] = [[], []]
  let now = 100_000
  const parts = {
    radar: {
      openTrips: async () => awaited.map((path) => ({ path })),
      openTests: async () => [],
      path: async (id: string) => ({ address: id }),
      noteArrival: async (found: FoundProbe) => void arrived.push(found),
    },
    mailboxes: [{ address: 'probe@a.example', look }],
    now: () => now,
    tell: (_address: string, fault: string | null) => void told.push(fault),
  } as unknown as MailboxParts
  return { parts, arrived, told, pass: (ms: number) => void (now += ms) }
}
const probe = { token: 't'.repeat(24), at: 5, folder: 'INBOX', isJunk: false }

describe('probe mailboxes', () => {
  test('are read while a test mail is on its way there, again after a while, and never twice at once', async () => {
    let looks = 0
    let release = () => undefined as undefined
    const { parts, arrived, pass } = partsOf(['Probe@A.example'], async (note) => {
      looks += 1
      await new Promise<void>((resolve) => {
        release = () => void resolve() as undefined
      })
      await note(probe)
    })
    const rounds = new MailboxRounds()
    assert.equal(rounds.readAt('probe@a.example', parts), null)
    assert.equal(rounds.readAt('other@a.example', parts), undefined)
    await rounds.look(parts)
    pass(60_000)
    await rounds.look(parts)
    assert.equal(looks, 1, 'it is under way')
    release()
    await turn()
    assert.deepEqual(arrived, [probe])
    assert.equal(rounds.readAt('PROBE@a.example', parts), 100_000, 'as of its beginning')
    await rounds.look(parts)
    assert.equal(looks, 2)
    const { parts: idle } = partsOf(['echo@b.example'], async () =>
      assert.fail('nothing is on its way there'),
    )
    await new MailboxRounds().look(idle)
  })

  test('keep what could not be noted, and are not taken for read', async () => {
    const lies = new Set([probe])
    const { parts, arrived, told, pass } = partsOf(['probe@a.example'], async (note) => {
      for (const each of lies) await note(each)
      lies.clear()
    })
    const { radar } = parts as { radar: { noteArrival: (found: FoundProbe) => Promise<void> } }
    const { noteArrival } = radar
    radar.noteArrival = async () => assert.fail('database is locked')
    const rounds = new MailboxRounds()
    await rounds.look(parts)
    await turn()
    assert.deepEqual(
      [lies.size, told, rounds.readAt('probe@a.example', parts)],
      [1, ['database is locked'], null],
    )
    radar.noteArrival = noteArrival
    pass(6000)
    await rounds.look(parts)
    await turn()
    assert.deepEqual([lies.size, arrived, told.at(-1)], [0, [probe], null])
  })

  test('that cannot be read are told of, and are not taken for empty', async () => {
    const { parts, told, pass } = partsOf(['probe@a.example'], async () => {
      if (told.length === 0) throw new Error('its server is away')
    })
    const rounds = new MailboxRounds()
    await rounds.look(parts)
    await turn()
    assert.deepEqual([told, rounds.readAt('probe@a.example', parts)], [['its server is away'], null])
    pass(4000)
    await rounds.look(parts)
    await turn()
    assert.equal(told.length, 1, 'not yet')
    pass(2000)
    await rounds.look(parts)
    await turn()
    assert.deepEqual([told, rounds.readAt('probe@a.example', parts)], [['its server is away', null], 106_000])
  })
})
