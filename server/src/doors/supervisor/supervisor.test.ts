import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { ProcessState } from './process-state.ts'
import { lookEveryMs, type ServerEars, Supervisor } from './supervisor.ts'
import type { EndedRuns } from './words.ts'

/** A supervisor whose clock and servers are made up: each server does what the test says. */
function createRig() {
  let steady = 0
  let state: ProcessState | null = 'idle'
  const runs: { ears: ServerEars; told: EndedRuns[]; signals: string[] }[] = []
  const said: string[] = []
  const over: number[] = []
  const supervisor = new Supervisor({
    launch(ears) {
      const run = { ears, told: [] as EndedRuns[], signals: [] as string[] }
      runs.push(run)
      return {
        pid: runs.length,
        tell: (ended) => void run.told.push(ended),
        kill: (signal) => void run.signals.push(signal),
      }
    },
    stateOf: () => state,
    now: () => 1_000_000 + steady,
    steady: () => steady,
    say: (line) => void said.push(line),
    over: (code) => void over.push(code),
  })
  const now = () => {
    const run = runs.at(-1)
    assert.ok(run)
    return run
  }
  return {
    ...{ supervisor, runs, said, over, now },
    /** The newest server reads its settings, and starts whole. */
    up(silentAfterMs = 20_000) {
      now().ears.said({ kind: 'settings', silentAfterMs })
      now().ears.said({ kind: 'running' })
    },
    die: (signal: NodeJS.Signals | null, code: number | null = null) => now().ears.ended({ code, signal }),
    /** Time passes; the server beats in it, or does not. */
    pass(ms: number, beats: boolean) {
      for (let left = ms; left > 0; left -= lookEveryMs) {
        steady += lookEveryMs
        supervisor.look()
        if (beats) now().ears.said({ kind: 'beat' })
      }
    },
    /** The supervisor, or the whole machine, does not run. */
    standStill(ms: number) {
      steady += ms
      supervisor.look()
    },
    be: (what: ProcessState | null) => {
      state = what
    },
  }
}

describe('a server that dies', () => {
  test('is started again after waits that grow to half a minute, and are short again after a good run', () => {
    const rig = createRig()
    rig.supervisor.start()
    const waits = Array.from({ length: 7 }, () => {
      rig.die('SIGBUS')
      const had = rig.runs.length
      let waited = 0
      while (rig.runs.length === had) {
        rig.pass(lookEveryMs, false)
        waited += lookEveryMs
        assert.ok(waited <= 30_000)
      }
      return waited / 1000
    })
    assert.deepEqual(waits, [1, 2, 4, 8, 16, 30, 30])
    rig.up()
    rig.pass(300_000, true)
    rig.die(null, 70)
    rig.pass(1000, false)
    assert.equal(rig.runs.length, 9)
  })

  test('is told to its successor until one has written it down, with how often it happens', () => {
    const rig = createRig()
    rig.supervisor.start()
    rig.up()
    assert.deepEqual(rig.now().told, [{ runs: [], lately: 0 }])
    rig.now().ears.said({ kind: 'has to end', why: 'Error: the store is read-only' })
    rig.die(null, 70)
    rig.pass(1000, false)
    rig.die(null, 70)
    rig.pass(2000, false)
    rig.up()
    const [told] = rig.now().told
    assert.deepEqual(
      told?.runs.map(({ pid, why, lastWords }) => [pid, why, lastWords]),
      [
        [1, 'ended with 70', 'Error: the store is read-only'],
        [2, 'ended with 70', ''],
      ],
    )
    rig.now().ears.said({ kind: 'noted', runs: 2 })
    rig.die('SIGKILL')
    rig.pass(4000, false)
    rig.up()
    assert.deepEqual(
      rig.now().told[0]?.runs.map(({ pid }) => pid),
      [3],
    )
    assert.equal(rig.now().told[0]?.lately, 3)
    assert.match(rig.said.join('\n'), /ended 3 times within 10 minutes/)
  })

  test('is not started again when it was asked to stop, or could not start as asked', () => {
    for (const [code, signal, expected] of [
      [0, null, 0],
      [2, null, 2],
      [null, 'SIGTERM', 0],
      [null, 'SIGINT', 0],
    ] as const) {
      const rig = createRig()
      rig.supervisor.start()
      rig.die(signal, code)
      rig.pass(60_000, false)
      assert.deepEqual([rig.over, rig.runs.length], [[expected], 1])
    }
  })
})

describe('a server that hangs', () => {
  test('is killed when its silence has lasted, and what it was at is told', () => {
    const rig = createRig()
    rig.supervisor.start()
    rig.up()
    rig.pass(100_000, true)
    rig.be('stopped')
    rig.pass(19_500, false)
    assert.deepEqual(rig.now().signals, [])
    rig.pass(500, false)
    assert.deepEqual(rig.now().signals, ['SIGKILL'])
    rig.die('SIGKILL')
    rig.pass(1000, false)
    rig.up()
    const [run] = rig.now().told[0]?.runs ?? []
    assert.match(run?.why ?? '', /^hung: .* for 20 s \(it was stopped\)$/)
    // Away from when it was last heard of, not from when it was killed.
    assert.equal(run?.awayFrom, 1_000_000 + 100_000)
  })

  test('is not meant by a supervisor, or a machine, that stood still itself', () => {
    const rig = createRig()
    rig.supervisor.start()
    rig.up()
    rig.pass(10_000, true)
    rig.standStill(40_000)
    rig.pass(5000, true)
    // One that gets to run now and then only.
    for (let n = 0; n < 10; n++) {
      rig.standStill(15_000)
      rig.now().ears.said({ kind: 'beat' })
    }
    rig.standStill(86_400_000)
    assert.deepEqual(rig.now().signals, [])
  })

  test('is not one that waits for a disk, that starts for long, or whose setting says never', () => {
    const rig = createRig()
    rig.supervisor.start()
    rig.now().ears.said({ kind: 'settings', silentAfterMs: 20_000 })
    rig.pass(120_000, false)
    assert.deepEqual(rig.now().signals, [])
    rig.now().ears.said({ kind: 'running' })
    rig.be('waits for a disk')
    rig.pass(600_000, false)
    assert.deepEqual(rig.now().signals, [])
    const never = createRig()
    never.supervisor.start()
    never.up(0)
    never.pass(600_000, false)
    assert.deepEqual(never.now().signals, [])
  })
})

describe('signals', () => {
  test('a stop is passed on, and nothing is started after it; one that then hangs is killed', () => {
    const rig = createRig()
    rig.supervisor.start()
    rig.up()
    rig.supervisor.stop('SIGTERM')
    rig.pass(20_000, false)
    assert.deepEqual(rig.now().signals, ['SIGTERM', 'SIGKILL'])
    rig.die('SIGKILL')
    rig.pass(60_000, false)
    assert.deepEqual([rig.over, rig.runs.length], [[70], 1])
  })

  test('who asks twice to stop has it ended at once', () => {
    const rig = createRig()
    rig.supervisor.start()
    rig.up()
    rig.supervisor.stop('SIGINT')
    rig.supervisor.stop('SIGINT')
    assert.deepEqual(rig.now().signals, ['SIGINT', 'SIGKILL'])
  })

  test('a stop between two starts ends at once', () => {
    const rig = createRig()
    rig.supervisor.start()
    rig.die('SIGSEGV')
    rig.supervisor.stop('SIGINT')
    assert.deepEqual(rig.over, [0])
  })

  test('settings are read anew once it has started: before that it would end by the signal', () => {
    const rig = createRig()
    rig.supervisor.start()
    rig.supervisor.reload()
    assert.deepEqual(rig.now().signals, [])
    rig.up()
    rig.supervisor.reload()
    assert.deepEqual(rig.now().signals, ['SIGHUP', 'SIGHUP'])
  })
})
