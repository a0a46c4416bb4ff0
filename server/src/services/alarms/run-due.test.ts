import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { type DueTask, runDue } from './run-due.ts'

const rest = () => new Promise((done) => setImmediate(done))

/** Tasks that note that they ran; those of `hang` wait until they are let go. */
function rig(hang: (tenant: string) => boolean) {
  const ran: string[] = []
  const waiting: (() => void)[] = []
  const task = (tenant: string, more: Partial<DueTask> = {}): DueTask => ({
    ...{ tenant, isMail: false, tries: 0 },
    async run() {
      ran.push(tenant)
      if (hang(tenant)) await new Promise<void>((done) => void waiting.push(done))
      return true
    },
    ...more,
  })
  const letGo = () => {
    for (const each of waiting.splice(0)) each()
  }
  return { ran, task, letGo }
}

describe('telling what is due', () => {
  test('programs of customers that hang hold up neither mail, nor the house, nor other customers', async () => {
    const { ran, task, letGo } = rig((tenant) => tenant.startsWith('slow'))
    const slow = ['slow1', 'slow2', 'slow3'].flatMap((each) => Array.from({ length: 9 }, () => task(each)))
    const due = [...slow, task('quick'), task('house'), task('slow1', { isMail: true })]
    let time = 0
    const round = runDue(due, 'house', () => time)
    await rest()
    assert.ok(ran.includes('quick') && ran.includes('house'))
    assert.equal(ran.filter((each) => each.startsWith('slow')).length, 6 + 1, 'two of each, and the mail')
    time = 60_000
    letGo()
    const { done } = await round
    assert.equal(done, 9, 'the round ends, and the rest is due in the next one')
  })

  test('all of it runs, also where one tenant has it all and some fail; what has failed before comes last', async () => {
    const { task } = rig(() => false)
    const order: number[] = []
    const tasks = Array.from({ length: 20 }, (_, n) =>
      task('one', {
        tries: 20 - n,
        async run() {
          await rest()
          order.push(20 - n)
          if (n === 3) throw new Error('no')
          return true
        },
      }),
    )
    const { done, fault } = await runDue(tasks, null)
    assert.deepEqual([done, (fault as Error).message, order.length, order[0]], [19, 'no', 20, 1])
  })
})
