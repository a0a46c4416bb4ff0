import assert from 'node:assert/strict'
import { existsSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { StatusServer } from '#doors/status/serve-status.ts'
import { TestDisk, whyNoDisk } from '../../../../tests/harness/test-disk.ts'
import { openTestSite } from '../../test-site.ts'
import { openIncident } from './open-incident.ts'
import { publishStatus } from './publish-status.ts'
import { putComponent } from './put-component.ts'

const noon = Date.parse('2027-06-10T12:00:00Z')
const minute = 60_000
const page = { name: 'Harbour', url: 'https://status.harbour.example' }

test('a disk that is full does not stop the page; where nothing is left at all the last one stays whole and says its age', {
  skip: whyNoDisk() ?? false,
}, async () => {
  using it = openTestSite()
  using disk = TestDisk.tmpfs(20)
  const folder = join(disk.folder, 'status')
  const room = join(folder, '.room')
  let at = noon
  const server = new StatusServer(folder, () => at)
  const [place] = await server.listen(['127.0.0.1:0'])
  const publish = (moment: number) =>
    publishStatus(it.site.status, { folder, page }, moment, async () => ({}))
  const files = () => {
    const all = readdirSync(folder, { recursive: true, withFileTypes: true })
    const paths = all.filter((each) => each.isFile()).map((each) => join(each.parentPath, each.name))
    return new Map(paths.filter((each) => each !== room).map((each) => [each, readFileSync(each, 'utf8')]))
  }
  const order = { ...it.order, status: it.site.status, at }
  const fault = { text: 'New mail waits.', impact: 'major' as const }
  try {
    await putComponent(order, { id: 'gateway', name: 'Gateway' })
    await publish(at)
    const kept = statSync(room).size
    assert.ok(kept > 0)
    disk.fill(0)
    await openIncident(order, { ...fault, name: 'The disk is full' })
    at += minute
    await publish(at)
    for (const path of ['index.html', 'history.rss', 'api/v2/summary.json'])
      assert.match(readFileSync(join(folder, path), 'utf8'), /The disk is full/, path)
    assert.ok(statSync(room).size > kept / 2, 'what is left of the room is kept for the next minute')
    at += minute
    await publish(at)
    rmSync(room)
    disk.empty()
    disk.fill(0)
    const before = files()
    await openIncident(order, { ...fault, name: 'It is still full' })
    at += minute
    await assert.rejects(publish(at), /visitors see an older one: .*ENOSPC/)
    assert.deepEqual(files(), before, 'every file is as it was, and no half one is left')
    at += 10 * minute
    const shown = await fetch(`http://${place}/`).then((answer) => answer.text())
    assert.match(shown, /The disk is full[\s\S]*<\/html>/)
    assert.match(shown, /11 min ago\. What stands here may have changed since/)
    disk.empty()
    await publish(at)
    assert.match(readFileSync(join(folder, 'index.html'), 'utf8'), /It is still full/)
    assert.ok(existsSync(room))
  } finally {
    await server.stop()
  }
})
