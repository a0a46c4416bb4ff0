import assert from 'node:assert/strict'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { openTestSite } from '../../test-site.ts'
import { openIncident } from './open-incident.ts'
import { publishStatus } from './publish-status.ts'
import { putComponent } from './put-component.ts'
import { renderStatus } from './render-status.ts'
import { readState } from './status-state.ts'

const noon = Date.parse('2027-06-10T12:00:00Z')
const page = { name: 'Harbour', url: 'https://status.harbour.example' }

test('the feed of a component has its own, those of its parts and those of no component, until it is hidden', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'mailkeep-components-'))
  try {
    using it = openTestSite()
    const order = { ...it.order, status: it.site.status, at: noon }
    await putComponent(order, { id: 'gateway', name: 'Gateway' })
    await putComponent(order, { id: 'filter', name: 'Filter', parent: 'gateway' })
    await putComponent(order, { id: 'console', name: 'Console & more' })
    const open = (name: string, id?: string) =>
      openIncident(order, {
        ...{ name, text: 'Mail waits.', impact: 'major' },
        components: id === undefined ? [] : [{ id, state: 'partial_outage' }],
      })
    for (const id of ['gateway', 'filter', 'console']) await open(`of ${id}`, id)
    await open('of all')
    const files = renderStatus(await readState(it.site.status, page, noon), noon)
    const told = (id: string) =>
      [...(files.get(`components/${id}/history.atom`)?.body ?? '').matchAll(/<title>(of \w+)</g)]
        .map((each) => each[1])
        .toSorted()
    assert.deepEqual(told('gateway'), ['of all', 'of filter', 'of gateway'])
    assert.deepEqual(told('filter'), ['of all', 'of filter'])
    assert.deepEqual(told('console'), ['of all', 'of console'])
    assert.match(
      files.get('index.html')?.body ?? '',
      /<li>Console &amp; more: <a href="components\/console\//,
    )

    const publish = () => publishStatus(it.site.status, { folder, page }, noon, async () => ({}))
    const stands = () => existsSync(join(folder, 'components/console/history.atom'))
    await publish()
    assert.equal(stands(), true)
    await putComponent(order, { id: 'console', isHidden: true })
    await publish()
    assert.equal(stands(), false)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
})
