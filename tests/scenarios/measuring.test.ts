import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { sendLetter, unwantedBody } from '../harness/letter.ts'
import { Sink } from '../harness/sink.ts'
import { TestSite } from '../harness/site.ts'
import { waitUntil } from '../harness/wait-until.ts'

/** What is measured on the way of mail, and what of it is kept. */
describe('measuring', () => {
  let sink: Sink
  let site: TestSite

  before(async () => {
    sink = await Sink.start({ keep: true })
    site = await TestSite.start({
      domains: { 'site.example': sink.hop },
      users: ['b@site.example'],
      settings: { 'watch.period': '500ms' },
    })
  })
  after(async () => {
    await site[Symbol.asyncDispose]()
    await sink.down()
  })

  const figures = async () => (await fetch(`http://127.0.0.1:${site.consolePort}/metrics`)).text()

  test('each stage has its time by node, direction, class of tenant and next hop', async () => {
    await sendLetter(site, { to: 'b@site.example', name: 'plain' })
    await sendLetter(site, { to: 'b@site.example', name: 'unwanted', body: unwantedBody })
    await waitUntil('it is delivered', () => sink.messages.length === 1)
    const wanted = [
      ...['accept', 'inspect', 'decide'].map(
        (stage) =>
          new RegExp(
            `mailkeep_stage_seconds_count\\{node="node-1",stage="${stage}",direction="inbound",tenants="\\w+"\\} 2`,
          ),
      ),
      ...['wait', 'deliver'].map(
        (stage) =>
          new RegExp(`mailkeep_stage_seconds_count\\{node="node-1",stage="${stage}",.*,hop="[^"]+"\\} 1`),
      ),
      /mailkeep_deliveries_total\{node="node-1",what="accepted",.*\} 2/,
      /mailkeep_deliveries_total\{node="node-1",what="delivered",.*\} 1/,
      /mailkeep_deliveries_total\{node="node-1",what="quarantined",.*\} 1/,
    ]
    // Each is counted a moment after it has happened.
    let text = ''
    await waitUntil('all of it is counted', async () => {
      text = await figures()
      return wanted.every((each) => each.test(text))
    }).catch(() => undefined)
    for (const each of wanted) assert.match(text, each)
  })
})
