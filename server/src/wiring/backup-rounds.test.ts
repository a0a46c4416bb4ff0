import assert from 'node:assert/strict'
import type { ChildProcess } from 'node:child_process'
import { EventEmitter } from 'node:events'
import { describe, test } from 'node:test'
import { loadConfig } from '#ground/platform/config/load-config.ts'
import type { Config } from '#ground/platform/config/settings.ts'
import type { BackupOrder } from './backup-process.ts'
import { retryWait } from './backup-retry.ts'
import { BackupRounds } from './backup-rounds.ts'

class Child extends EventEmitter {
  killed = 0
  orders: BackupOrder[] = []
  kill = () => ++this.killed > 0
  send = (order: BackupOrder) => this.orders.push(order) > 0
}

describe('the process that makes backups', () => {
  let config: Config
  const begin = (fork: () => unknown) => {
    config = { ...loadConfig(null, { MAILKEEP_BACKUP_FOLDER: '/backup' }).config }
    const rounds = new BackupRounds(
      { config, folder: '/data', log: { error: () => undefined, info: () => undefined } },
      () => fork() as ChildProcess,
    )
    rounds.follow()
    return rounds
  }

  test('one that cannot be started ends nothing, and is tried again', (t) => {
    t.mock.timers.enable({ apis: ['setTimeout'] })
    let tries = 0
    const rounds = begin(() => {
      tries++
      throw new Error('spawn EAGAIN')
    })
    assert.match(rounds.fault ?? '', /cannot be started: spawn EAGAIN/)
    t.mock.timers.tick(5000)
    assert.equal(tries, 2)
    rounds.stop()
    t.mock.timers.tick(60_000)
    assert.equal(tries, 2, 'after the end nobody tries')
  })

  test('one that fails and then ends is started again once, and never runs beside the next', (t) => {
    t.mock.timers.enable({ apis: ['setTimeout'] })
    const children: Child[] = []
    const rounds = begin(() => {
      children.push(new Child())
      return children.at(-1)
    })
    children[0]?.emit('error', new Error('spawn ENOMEM'))
    assert.match(rounds.fault ?? '', /has failed: spawn ENOMEM/)
    children[0]?.emit('exit', null, 'SIGKILL')
    Object.assign(config, { 'backup.every': 60_000 })
    rounds.follow()
    t.mock.timers.tick(5000)
    assert.deepEqual([children.length, children[0]?.killed], [2, 1])
    assert.deepEqual(children[1]?.orders[0]?.everyMs, 60_000, 'with the settings of then')
    children[1]?.emit('message', { at: 1, faults: ['damaged'] })
    assert.deepEqual([rounds.fault, rounds.faults], [null, ['damaged']])
    children[1]?.emit('message', { verifies: true })
    assert.deepEqual([rounds.isVerifying, rounds.faults], [true, ['damaged']])
    assert.equal(children[1]?.orders[0]?.verifyEveryMs, 7 * 24 * 3_600_000)
    children[1]?.emit('exit', 1, null)
    assert.equal(rounds.isVerifying, false)
    t.mock.timers.tick(4999)
    assert.equal(children.length, 2)
    t.mock.timers.tick(1)
    assert.equal(children.length, 3)
    rounds.stop()
    children[2]?.emit('exit', null, 'SIGKILL')
    t.mock.timers.tick(60_000)
    assert.equal(children.length, 3)
  })

  test('what a verification came to is in the log', () => {
    const child = new Child()
    const lines: string[] = []
    const log = {
      error: (_: object, text: string) => lines.push(`error ${text}`),
      info: (_: object, text: string) => lines.push(`info ${text}`),
    }
    const { config } = loadConfig(null, { MAILKEEP_BACKUP_FOLDER: '/backup' })
    const rounds = new BackupRounds({ config, folder: '/data', log }, () => child as unknown as ChildProcess)
    rounds.follow()
    const of = Date.parse('2026-11-23T12:00:00Z')
    const proof = { of, checkedAt: of + 9, tookMs: 9, files: 2, faults: [] as string[] }
    child.emit('message', { verifies: true })
    child.emit('message', { verifies: false, proof, proofFault: null })
    child.emit('message', { verifies: false, proof: { ...proof, faults: ['a', 'b'] }, proofFault: null })
    child.emit('message', { verifies: false, proof, proofFault: 'no space' })
    rounds.stop()
    assert.deepEqual(lines, [
      'info the backup of 2026-11-23 12:00 UTC was verified and lacks nothing',
      'error the backup of 2026-11-23 12:00 UTC was verified and lacks: a, and 1 more',
      'error the newest could not be verified: no space',
    ])
  })

  test('settings that change are followed: others begin anew, none end it', (t) => {
    t.mock.timers.enable({ apis: ['setTimeout'] })
    const children: Child[] = []
    const config = { ...loadConfig(null, { MAILKEEP_BACKUP_FOLDER: '/backup' }).config }
    const rounds = new BackupRounds(
      { config, folder: '/data', log: { error: () => undefined, info: () => undefined } },
      () => {
        children.push(new Child())
        return children.at(-1) as unknown as ChildProcess
      },
    )
    rounds.follow()
    rounds.follow()
    assert.deepEqual([children.length, children[0]?.killed], [1, 0], 'the same settings change nothing')
    children[0]?.emit('message', { at: 1, faults: ['damaged'] })
    children[0]?.emit('message', { fault: 'full' })
    rounds.startedAt = 7
    Object.assign(config, { 'backup.every': 60_000 })
    rounds.follow()
    assert.deepEqual(
      [children.length, children[0]?.killed, children[0]?.orders.map(({ everyMs }) => everyMs)],
      [1, 0, [240_000, 60_000]],
      'who makes them goes on with others for the same folder',
    )
    assert.deepEqual([rounds.fault, rounds.faults, rounds.startedAt], ['full', ['damaged'], 7])
    Object.assign(config, { 'backup.folder': '/other' })
    rounds.follow()
    assert.deepEqual([children.length, children[0]?.killed, rounds.fault], [2, 1, null])
    assert.ok(rounds.faults === null && rounds.startedAt > 7)
    Object.assign(config, { 'backup.folder': '' })
    rounds.follow()
    assert.deepEqual([rounds.isWanted, children[1]?.killed], [false, 1])
    children[1]?.emit('exit', null, 'SIGKILL')
    t.mock.timers.tick(60_000)
    assert.equal(children.length, 2)
  })

  test('a fault that passes costs seconds, one that stays no more than the usual wait', () => {
    assert.deepEqual(
      [1, 2, 3, 5, 1000].map((n) => retryWait(n, 240_000)),
      [15_000, 30_000, 60_000, 240_000, 240_000],
    )
    assert.equal(retryWait(1, 2000), 2000)
  })
})
