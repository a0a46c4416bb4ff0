import { sendLoad } from '../harness/load.ts'
import { deafTeller, unreadableFigures, wrongAlarm } from './d21-blind-figures.ts'
import { frozenDoor, frozenJobs, toldOnce } from './d21-frozen-watchers.ts'
import { alarmLines, openRig, together } from './d21-rig.ts'
import { wrongClocks } from './d21-wrong-clock.ts'
import type { Drill } from './drill.ts'
import { checkInvariants } from './measure.ts'
import { Witness } from './witness.ts'

/** Whoever watches is blind, frozen or has a wrong clock. Nobody is blamed for that, and real faults are still told. */
export const brokenWatchers: Drill = {
  id: 'D21',
  name: 'Broken watchers',
  incidents: ['2025-09-console-false-mail-flow-alarm', '2025-10-radar-round-trip-stuck'],
  async run(report) {
    report.note(
      'compressed',
      'silence is told after 6 s instead of 100 s, tries are made each 4 s instead of each minute, tests of Radar end within 8 s instead of 10 min; beats of processes and rounds of jobs are as they are',
    )
    report.note(
      'left out',
      'rights inside the database: the embedded engine has none; its tables are away instead',
    )
    report.note(
      'status page of the variants',
      'measured while figures are hidden or wrong and clocks are off: nothing turns. Of the others it cannot be: nobody publishes while the process with the jobs stands still, and a door of ours that stands still is a fault of ours',
    )
    const rig = await openRig()
    const stop = new AbortController()
    try {
      using witness = await Witness.beside(rig.front, report)
      const load = sendLoad({
        port: () => rig.front.smtpPort,
        messages: 100_000,
        connections: 2,
        perConnection: 20,
        rate: 5,
        rcptTo: (index) => (index % 2 === 0 ? 'a@shop.test' : 'a@other.test'),
        stop: stop.signal,
      })
      const { path } = await rig.front.json<{ path: { id: string } }>(
        ...['radar', 'path', 'echo@echo.test', '--every', '2'],
      )
      await unreadableFigures(report, rig, witness)
      // What is broken in one of them is another part than in the one beside it.
      const wrong = wrongAlarm(report, rig)
      await together([wrong, wrongClocks(report, rig)])
      await witness.stayed('figures hidden and wrong, clocks off', 'gateway-filtering', 'gateway-delivery')
      report.note(
        'alarms until then',
        (await alarmLines(rig)).map(({ name, text }) => `${name}: ${text}`),
      )
      await frozenJobs(report, rig, witness)
      stop.abort()
      const sent = await load
      await together([deafTeller(report, rig), frozenDoor(report, rig, path.id, witness)])
      await toldOnce(report, rig)
      const lookAtCorrections = await wrong
      lookAtCorrections()
      await checkInvariants(report, rig.front, [rig.shop, rig.other], sent)
    } finally {
      stop.abort()
      await rig.close()
    }
  },
}
