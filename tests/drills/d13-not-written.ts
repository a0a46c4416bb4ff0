import { mkdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { TestSite } from '../harness/site.ts'
import { waitUntil } from '../harness/wait-until.ts'
import { arrive, type Rig, send, shows, takenOf, tellMessage, timesOf } from './d13-rig.ts'
import type { DrillReport } from './drill.ts'
import { holdAsQuick, measureInTurn } from './in-turn.ts'
import { holdTaken, steadyP99 } from './measure.ts'
import type { Witness } from './witness.ts'

const what = 'the index cannot be written'
const alarm = 'search-behind'

/** The folder of the index is no folder: told, mail goes on as quick, and in the end the index is built from the ledger. */
export async function notWritten(report: DrillReport, rig: Rig, witness: Witness): Promise<void> {
  const { site, long } = rig
  const first = rig.sent.length
  await shows(rig)
  const since = await breakIndex(rig)
  await witness.sees({
    ...{ what, since, alarm, withinMs: 120_000 },
    ...{ names: /index of messages cannot be kept/, component: 'gateway-logs' },
  })
  const without = await send(rig, long ? 20_000 : 400)
  await arrive(rig)
  await tellMessage(report, site, without)
  await witness.stayed(what, 'gateway-filtering', 'gateway-delivery')
  await asQuick(report, rig)
  holdTaken(report, what, rig.sent.slice(first))
  const all = takenOf(rig.sent)
  const view = await shows(rig)
  report.hold(
    'built again from the ledger',
    `${all}, none twice, in order`,
    `${view.total} (${view.distinct})${view.isInOrder ? ', in order' : ''}`,
    view.total === all && view.distinct === view.total && view.isInOrder,
  )
}

/** Letters without and with an index that can be written, in turn; it begins with one that cannot, and ends with one that can. */
async function asQuick(report: DrillReport, rig: Rig): Promise<void> {
  const count = rig.long ? 6000 : 200
  const folder = folderOf(rig.site)
  const p99 = await measureInTurn(
    3,
    async () => {
      if (statSync(folder).isDirectory()) {
        const said = rig.keeper.log.length
        await breakIndex(rig)
        // By then it has started, which takes a core for seconds. An alarm that comes again is the same one, not a new one.
        await waitUntil('it is told', () => rig.keeper.log.slice(said).includes(alarm), 120_000)
      }
      return timesOf(await send(rig, count))
    },
    async () => {
      rmSync(folder)
      mkdirSync(folder, { recursive: true })
      await shows(rig)
      return timesOf(await send(rig, count))
    },
    steadyP99,
  )
  holdAsQuick(report, `${what}: p99 of the answer`, p99)
}

const folderOf = (site: TestSite) => join(site.folder, 'data', 'search')

/** Its process starts anew: one that has the files open would go on with them. Answers since when it is so. */
async function breakIndex({ site, keeper }: Rig): Promise<number> {
  const folder = folderOf(site)
  await keeper.kill()
  rmSync(folder, { recursive: true })
  writeFileSync(folder, 'no folder: nothing can be written here')
  const since = Date.now()
  await keeper.launch()
  return since
}
