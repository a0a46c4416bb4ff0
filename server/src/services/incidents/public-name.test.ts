import assert from 'node:assert/strict'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { addDomain } from '#services/directory/add-domain.ts'
import { addTenant } from '#services/directory/add-tenant.ts'
import { freezeMonths } from '#services/history/frozen-months.ts'
import { toldMonth } from '#services/history/told-month.ts'
import { cancelMaintenance } from '#services/status/move-maintenance.ts'
import { assertNamesNobody } from '#services/status/names-nobody.ts'
import { scheduleMaintenance } from '#services/status/open-incident.ts'
import { publishStatus } from '#services/status/publish-status.ts'
import { putComponent } from '#services/status/put-component.ts'
import type { FindingState } from '#services/watch/finding.ts'
import { openTestSite, type TestSite } from '../../test-site.ts'
import { confirmSuspicion } from './confirm-suspicion.ts'
import { followFindings } from './follow-findings.ts'
import { openIncident } from './open-incident.ts'
import { publicName } from './public-name.ts'
import { createRenaming } from './rename-told.ts'
import { updateIncident } from './update-incident.ts'
import { keepPostmortem, publishPostmortem } from './write-postmortem.ts'

const minute = 60_000
const noon = Date.parse('2027-06-30T12:00:00Z')
const orderOf = (it: TestSite, at = noon) => ({
  ...{ ...it.order, at, status: it.site.status, incidents: it.site.incidents },
})
const told = { text: 'Mail waits.', isTold: true }

/** A site with two customers, one of which is to be found nowhere. */
async function makeSite(it: TestSite, isAlone = false): Promise<void> {
  await addTenant(it.order, { id: 'house', level: 'operator', name: 'The House' })
  await addTenant(it.order, { id: 'planted', level: 'customer', name: 'Planted Shipping', parent: 'house' })
  if (!isAlone) await addTenant(it.order, { id: 'two', level: 'customer', name: 'Two', parent: 'house' })
  const nextHop = 'smtp://mx.planted.example:25'
  await addDomain(it.order, { name: 'planted.example', tenant: 'planted', nextHop }, () => undefined)
  await putComponent(orderOf(it), { id: 'gateway', name: 'Gateway', probes: ['inbound'] })
}

/** A fault that measurements find at the next hop of the customer. */
async function findFault(it: TestSite): Promise<string> {
  const found: FindingState = {
    ...{ kind: 'deferred-share', subject: 'inbound node-planted mx.planted.example', stage: 'deliver' },
    ...{ direction: 'inbound', hop: 'mx.planted.example', cause: 'next-hop', share: 0.8, since: noon },
    evidence: [{ what: 'put off at mx.planted.example', measured: 0.8, usual: 0.01, unit: 'share' }],
    ...{ node: 'node-planted', foundAt: noon, seenAt: noon, endedAt: null },
  }
  await followFindings({
    order: (at) => ({ ...orderOf(it, at), who: 'mailkeep' }),
    findings: { findings: async () => [found] },
    ...{ ledger: it.site.ledger, now: () => noon + minute, lateMs: minute },
  })
  const [incident] = await it.site.incidents.list({}, 1)
  assert.match(incident?.name ?? '', /mx\.planted\.example/, 'the house is told where')
  return incident?.id ?? ''
}

describe('what everybody reads', () => {
  test('names no customer, domain or host in any file that is published, whatever the house knows of them', async () => {
    using it = openTestSite()
    await makeSite(it)
    const id = await findFault(it)
    const later = orderOf(it, noon + 2 * minute)
    const hit = { components: [{ id: 'gateway', state: 'partial_outage' as const }] }
    await updateIncident(later, id, { ...told, ...hit, state: 'investigating' })
    await it.site.status.noteMeasured(
      {
        ...{ component: 'gateway', periodAt: noon + minute, suspectedSince: noon, level: 'partial_outage' },
        ...{ badPeriods: 2, badSince: noon, goodSince: null, unknownSince: null, lastBadAt: noon + minute },
        words: 'next-hop-down: mx.planted.example of Planted Shipping is down',
      },
      'partial',
    )
    await confirmSuspicion(later, 'gateway', { text: 'Mail in waits.' })
    const inner = { name: 'Planted Shipping gets nothing', text: 'It is planted.example.', isTold: false }
    const byHand = await openIncident(later, { ...inner, impact: 'minor', ...hit })
    await updateIncident(later, byHand.id, told)
    await it.site.status.putOverride(
      {
        ...{ component: 'gateway', state: 'operational', at: noon, until: noon + 4 * 86_400_000 },
        ...{ why: 'Only planted.example', who: 'ann@planted.example' },
      },
      null,
    )
    const cause = { name: 'next-hop' as const, words: 'The server of planted.example was full.' }
    await updateIncident(later, id, { state: 'resolved', text: 'Over.', cause })
    const history = { history: it.site.history, status: it.site.status, incidents: it.site.incidents }
    await freezeMonths(history, noon + 86_400_000)
    await updateIncident(orderOf(it, noon + 2 * 86_400_000), id, { state: 'investigating', text: 'Again.' })
    await freezeMonths(history, noon + 3 * 86_400_000)
    const months = (await it.site.history.months(10)).map(toldMonth)
    assert.ok(months.some((each) => each.corrections.length > 0))
    const folder = mkdtempSync(join(tmpdir(), 'mailkeep-told-'))
    try {
      const place = { folder, page: { name: 'House', url: 'https://status.house.example' } }
      await publishStatus(it.site.status, place, noon + 3 * 86_400_000, async () => ({ months }))
      const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((each) =>
        each.isFile(),
      )
      assert.ok(files.length > 15)
      for (const { parentPath, name } of files)
        assert.doesNotMatch(readFileSync(join(parentPath, name), 'utf8'), /planted/i, name)
      const page = readFileSync(join(folder, 'index.html'), 'utf8')
      assert.match(page, /Far more mail than usual is put off</)
      assert.match(
        page,
        /<h3>Gateway does not work as it should<[\s\S]*<h3>Gateway does not work as it should</,
      )
    } finally {
      rmSync(folder, { recursive: true, force: true })
    }
  })

  test('what a person wants to tell is refused where it names one, with the name; he says it without', async () => {
    using it = openTestSite()
    await makeSite(it)
    const order = orderOf(it)
    const refused = { code: 'wrong', message: /everybody reads this, and (mx\.)?planted/i }
    const fault = { name: 'Mail waits', impact: 'major' as const, ...told }
    const { id } = await openIncident(order, {
      ...fault,
      state: 'monitoring',
      cause: { name: 'disk', words: 'Full.' },
    })
    const work = { name: 'New disks', text: 'Short breaks.', from: noon + 7e8, until: noon + 7.1e8 }
    const planned = await scheduleMaintenance(order, work)
    await updateIncident(order, id, { state: 'resolved', text: 'Over.' })
    await keepPostmortem(order, id, 'It hit PLANTED shipping alone.')
    for (const tell of [
      () => openIncident(order, { ...fault, text: 'Mail for MX.planted.example waits.' }),
      () => openIncident(order, { ...fault, todo: 'Ask a@planted.example...' }),
      () => updateIncident(order, id, { ...told, text: 'Only Planted Shipping.', state: 'investigating' }),
      () => scheduleMaintenance(order, { ...work, name: 'For planted.example' }),
      () => cancelMaintenance(order, planned.id, 'planted.example asks for it.'),
      () => putComponent(order, { id: 'one', name: 'planted.example' }),
      () => publishPostmortem(order, id),
    ])
      await assert.rejects(tell, refused)
    await assertNamesNobody(it.order, ['Mail to bigmail.example and implanted.example; Two waits.'])
    assert.equal((await it.site.status.incident(id))?.updates.length, 2)
  })

  test('an incident is called by no component that the public does not see, and by none that is called by a customer', async () => {
    using it = openTestSite()
    await makeSite(it)
    const order = orderOf(it)
    await putComponent(order, { id: 'own', name: 'Gateway of planted.example', isHidden: true })
    await putComponent(order, { id: 'part', name: 'Own lane', parent: 'own' })
    await putComponent(order, { id: 'shared', name: 'Second road' })
    const called = (...ids: string[]) =>
      publicName(order, {
        ...{ name: 'Planted Shipping gets nothing', finding: null },
        components: ids.map((id) => ({ id, state: 'partial_outage' as const })),
      })
    assert.equal(await called('own', 'part', 'gateway'), 'Gateway does not work as it should')
    assert.equal(await called('own'), 'The service does not work as it should')
    // It is on the page, and later a customer comes who is called so.
    await addTenant(it.order, { id: 'road', level: 'customer', name: 'Second Road', parent: 'house' })
    assert.equal(await called('shared', 'gateway'), 'The service does not work as it should')
  })

  test('what a component was called before a customer came stays in the way of no change of something else', async () => {
    using it = openTestSite()
    await makeSite(it)
    const order = orderOf(it)
    await putComponent(order, { id: 'road', name: 'Second road of gateways' })
    await putComponent(order, { id: 'inner', name: 'Second road, inner', isHidden: true })
    await addTenant(it.order, { id: 'road', level: 'customer', name: 'Second Road', parent: 'house' })
    const after = await putComponent(order, { id: 'road', probes: ['outbound'], description: 'Takes mail' })
    assert.deepEqual([after.name, after.probes], ['Second road of gateways', ['outbound']])
    for (const change of [
      { id: 'road', name: 'Second road' },
      { id: 'road', description: 'of Second Road' },
      { id: 'inner', isHidden: false },
    ])
      await assert.rejects(putComponent(order, change), /Second Road is a customer's/)
    await putComponent(order, { id: 'inner', probes: ['inbound'] })
  })

  test('what was told under a name with a domain is called without it from the next thing on that is told of it', async () => {
    using it = openTestSite()
    await makeSite(it)
    const id = await findFault(it)
    const order = orderOf(it, noon + 2 * minute)
    const { name = '' } = (await updateIncident(order, id, { ...told, state: 'investigating' })) ?? {}
    const face = await it.site.status.incident(id)
    assert.ok(face)
    await it.site.status.putIncident({ ...face, name })
    assert.match((await it.site.status.incident(id))?.name ?? '', /planted/)
    const after = await updateIncident(orderOf(it, noon + 3 * minute), id, told)
    assert.equal((await it.site.status.incident(id))?.name, 'Far more mail than usual is put off')
    assert.match(after.name, /planted/, 'the house is told where, as before')
  })

  test('what was told under such a name and is told no more is called otherwise by itself, once', async () => {
    using it = openTestSite()
    await makeSite(it)
    const tell = async (name: string) => {
      const given = { ...told, impact: 'minor' as const, name: 'Mail waits', state: 'identified' as const }
      const { id } = await openIncident(orderOf(it), given)
      const face = await it.site.status.incident(id)
      assert.ok(face)
      await it.site.status.putIncident({ ...face, name })
      return id
    }
    const ids = [await tell('Mail of Planted Shipping waits'), await tell('Disk full')]
    const seen = () =>
      Promise.all(
        ids.map(async (id) => [
          (await it.site.status.incident(id))?.name,
          (await it.site.incidents.read(id))?.version,
        ]),
      )
    const [[, bad = 0], [, good]] = (await seen()) as [[string, number], [string, number]]
    const rename = createRenaming()
    for (let round = 0; round < 3; round++) await rename(orderOf(it, noon + minute))
    await createRenaming()(orderOf(it, noon + 2 * minute))
    assert.deepEqual(await seen(), [
      ['The service does not work as it should', bad + 1],
      ['Disk full', good],
    ])
    const [line] = await it.site.access.audit(null, null, 1)
    assert.deepEqual([line?.what, line?.detail.incident], ['incident-renamed-in-public', ids[0]])
    assert.equal((await it.site.status.incident(ids[0] ?? ''))?.updates.length, 1, 'nothing is told for it')
  })

  test('a house with one customer speaks of itself', async () => {
    using it = openTestSite()
    await makeSite(it, true)
    await assertNamesNobody(it.order, ['planted.example of Planted Shipping'])
  })
})
