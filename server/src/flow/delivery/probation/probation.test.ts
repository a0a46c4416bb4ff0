import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { createAlarms } from '#ground/platform/alarms.ts'
import { HopTries } from './hop-tries.ts'
import type { NodeLine, Standing } from './node-board.ts'
import { neededPasses, Probation, type ProbationOptions } from './probation.ts'
import type { StepFault } from './try-out.ts'

const full: Standing = { kind: 'full', percent: 100, passed: 0, step: '', why: '', since: 0 }
const silentLog = { info() {}, warn() {}, error() {} } as never

/** A process `mine` beside others, with a clock that the test moves. */
class Rig {
  now = 1_000_000
  wall = 0
  fault: StepFault | null = null
  tried = 0
  released = 0
  hurried: readonly string[] = []
  others: NodeLine[] = []
  readonly alarms = createAlarms({ now: () => this.now }, silentLog)
  readonly tries = new HopTries(() => this.now)
  readonly probation: Probation

  constructor(more: Partial<ProbationOptions> = {}) {
    this.probation = new Probation({
      board: {
        tell: async () => undefined,
        nodes: async () => this.others,
        hurry: async (keys) => {
          this.hurried = keys.map(({ messageId }) => messageId)
        },
      },
      instance: 'mine',
      subject: 'node-2 7',
      isOn: true,
      stepMs: 120_000,
      snapshot: () => 5,
      tries: this.tries,
      cameInMinute: async () => 6000,
      tryOut: async () => {
        this.tried += 1
        return this.fault
      },
      release: async () => {
        this.released += 1
      },
      alarms: this.alarms,
      clock: { now: () => this.now + this.wall },
      steady: () => this.now,
      log: silentLog,
      ...more,
    })
  }

  /** Another process that says that it is well. */
  peer(more: Partial<NodeLine> = {}): void {
    this.others = [
      {
        ...{ instance: 'peer', node: 'node-1', pid: 1, startedAt: 0, seenAt: this.now },
        ...{ standing: full, snapshot: 5, tries: [] },
        ...more,
      },
    ]
  }

  /** Rounds a second apart, with a peer that goes on saying that it is well. */
  async run(rounds: number, more: Partial<NodeLine> = {}): Promise<void> {
    for (let round = 0; round < rounds; round++) {
      this.now += 1000
      this.peer({ seenAt: this.now - 500, ...more })
      await this.probation.tick()
      await new Promise((resolve) => setImmediate(resolve))
    }
  }
}

describe('a process on probation', () => {
  test('the first one carries everything at once, and so does each where probation is off', async () => {
    const rig = new Rig()
    await rig.probation.tick()
    assert.equal(rig.probation.isFull, true)
    assert.equal(rig.probation.mayReturn, true)
    assert.equal(new Rig({ isOn: false }).probation.mayReturn, true)
  })

  test('one beside another gets nothing before twenty synthetic messages, then its shares one after another', async () => {
    const rig = new Rig()
    rig.peer()
    await rig.probation.tick()
    assert.equal(rig.probation.take(10), 0)
    await rig.run(2)
    assert.equal(rig.tried, neededPasses)
    assert.deepEqual([rig.probation.standing.kind, rig.probation.standing.percent], ['share', 1])
    assert.equal(rig.probation.mayReturn, false)
    await rig.run(10)
    // 100 messages a second come: a hundredth of them within ten seconds.
    assert.equal(rig.probation.take(1000), 10)
    await rig.run(115)
    assert.equal(rig.probation.standing.percent, 10)
    await rig.run(120)
    assert.equal(rig.probation.isFull, true)
    assert.equal(rig.probation.mayReturn, true)
  })

  test('a synthetic message that fails begins the count anew, and tells the step', async () => {
    const rig = new Rig({
      tryOut: async () => (++rig.tried === 20 ? { step: 'starttls', why: 'no handshake' } : null),
    })
    rig.peer()
    await rig.probation.tick()
    await rig.run(2)
    assert.deepEqual(
      [rig.probation.standing.kind, rig.probation.standing.passed, rig.probation.standing.step],
      ['trial', 0, 'starttls'],
    )
    assert.match(rig.alarms.open()[0]?.text ?? '', /^node-2 7 .*starttls: no handshake/)
    await rig.run(6)
    assert.equal(rig.probation.standing.kind, 'share')
    assert.deepEqual(rig.alarms.open(), [])
  })

  test('a clock that is off and an old directory are found beside the others', async () => {
    const clock = new Rig()
    clock.wall = 600_000
    await clock.run(3)
    assert.match(clock.probation.standing.why, /600 s ahead|601 s ahead/)
    const route = new Rig()
    await route.run(3)
    await route.run(20, { snapshot: 6 })
    assert.deepEqual([route.probation.standing.kind, route.probation.standing.step], ['trial', 'route'])
  })

  test('one that is worse than the others is taken out, and its mail becomes due for them', async () => {
    const rig = new Rig()
    await rig.run(250)
    assert.equal(rig.probation.isFull, true)
    const hop = 'inbound smtp://hop.test'
    for (const messageId of ['m1', 'm2', 'm3']) rig.probation.note(hop, false, { messageId, n: 0 })
    rig.fault = { step: 'greeting', why: '554 who are you' }
    await rig.run(1, { tries: [{ hop, tried: 50, failed: 0, wentAgo: 100, failedAgo: null }] })
    assert.equal(rig.probation.standing.kind, 'trial')
    assert.equal(rig.released, 1)
    assert.deepEqual(rig.hurried, ['m1', 'm2', 'm3'])
    assert.match(rig.alarms.open()[0]?.text ?? '', /3 of 3 tries at inbound smtp:\/\/hop.test failed/)
    assert.equal(rig.probation.mayCarry, false)
    rig.probation.note(hop, false, { messageId: 'under way', n: 0 })
    await rig.run(1)
    assert.deepEqual(rig.hurried, ['under way'])
    await rig.run(10)
    assert.equal(rig.probation.standing.step, 'greeting')
  })

  test('one whose peers are gone carries everything, but ends nothing that it could not prove', async () => {
    const rig = new Rig()
    rig.fault = { step: 'rcpt', why: '554 no' }
    await rig.run(5)
    assert.equal(rig.probation.standing.kind, 'trial')
    rig.now += 70_000
    await rig.probation.tick()
    assert.equal(rig.probation.isFull, true)
    assert.equal(rig.probation.mayReturn, false)
    await rig.run(2)
    assert.equal(rig.probation.standing.kind, 'trial')
    assert.equal(rig.released, 1)
  })

  test('rows of processes that are long gone hold nobody up for long', async () => {
    const rig = new Rig()
    rig.peer()
    await rig.probation.tick()
    assert.equal(rig.probation.standing.kind, 'looking')
    rig.now += 31_000
    await rig.probation.tick()
    assert.equal(rig.probation.isFull, true)
  })
})
