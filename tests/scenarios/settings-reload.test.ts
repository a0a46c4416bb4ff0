import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { TestSite } from '../harness/site.ts'
import { SmtpDialogue } from '../harness/smtp-dialogue.ts'
import { waitUntil } from '../harness/wait-until.ts'

describe('settings that change while the server runs', () => {
  let site: TestSite

  before(async () => {
    site = await TestSite.start({
      domains: { 'site.example': 'maildir:/nowhere' },
      users: ['b@site.example'],
    })
  })
  after(() => site[Symbol.asyncDispose]())

  async function answerToRecipient(): Promise<string> {
    await using client = await SmtpDialogue.open(site.smtpPort)
    await client.hello()
    await client.command('MAIL FROM:<a@sender.example>')
    return await client.command('RCPT TO:<b@site.example>')
  }

  function answers(code: string): Promise<string> {
    return waitUntil(`RCPT is answered ${code}`, async () => {
      const answer = await answerToRecipient()
      return answer.startsWith(code) && answer
    })
  }

  test('live ones are in force after SIGHUP', async () => {
    await answers('250')
    site.configure({ 'spool.diskAlarm': 1, 'spool.diskRefuse': 1 })
    site.signal('SIGHUP')
    assert.match(await answers('452'), /^452 4\.3\.1 /)
  })

  test('wrong ones change nothing, and are told', async () => {
    site.configure({ 'spool.diskRefuse': 'much' })
    site.signal('SIGHUP')
    await waitUntil('the fault is told', () => /spool\.diskRefuse is "much"/.test(site.log))
    assert.match(await answerToRecipient(), /^452 /)
  })

  test('right ones again', async () => {
    site.configure({ 'node.name': 'another' })
    site.signal('SIGHUP')
    await answers('250')
  })
})
