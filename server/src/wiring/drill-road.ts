import type { DeliveryRole } from '#flow/delivery/create.ts'
import type { DrillLane } from '#flow/delivery/drill-lane.ts'
import { formatMailDate } from '#ground/mail/mail-date.ts'
import { newId } from '#ground/platform/ids.ts'
import type { DrillLetter, DrillRoad } from '#services/drill/drill-road.ts'
import type { LiveDrillKind } from '#services/drill/live-drill.ts'
import type { Base } from './base.ts'
import { type DrillLetters, DrillReceiver } from './drill-receiver.ts'
import { DrillWatch } from './drill-watch.ts'
import { handIn } from './hand-in.ts'
import { removeDrillMail } from './remove-drill-mail.ts'

const doorMs = 15_000

/** Joins a drill to our own door, to a delivery of its own and to a next hop of its own. */
export function createDrillRoad(
  base: Base,
  kind: LiveDrillKind,
  { delivery, ports }: { delivery: Pick<DeliveryRole, 'startDrillLane'>; ports: () => readonly number[] },
): DrillRoad {
  const { stores } = base
  const letters: DrillLetters = new Map()
  let waiting = 0
  const watch = new DrillWatch(base, () => waiting)
  let [receiver, lane]: [DrillReceiver | null, DrillLane | null] = [null, null]
  return {
    async open() {
      receiver = await DrillReceiver.create(base, letters, kind === 'tls')
      const { alarms, measures } = watch
      lane = delivery.startDrillLane({ hop: receiver.hop, alarms, measures })
    },
    setFault: async (fault) => receiver?.setFault(fault),
    send: () => sendLetter(base, ports, letters),
    harmed: () => receiver?.harmed ?? 0,
    async rows() {
      const rows = await stores.readProbeMail.drillMail()
      waiting = rows.filter(({ state }) => state === 'waiting').length
      return rows
    },
    rowsNow: () => stores.probeMail.drillMail(),
    remove: async (ids) => void (await removeDrillMail(stores.probeMail, ids, async () => true)),
    look: () => watch.look(),
    async close() {
      await lane?.stop()
      receiver?.stop()
    },
  }
}

async function sendLetter(
  { config, probeKey }: Base,
  ports: () => readonly number[],
  letters: DrillLetters,
): Promise<DrillLetter> {
  const { address } = probeKey.make('drill')
  const letter = { messageId: '', takenAt: Number.POSITIVE_INFINITY, arrivedAt: null, copies: 0 }
  // It may arrive before our door has said that it took it.
  letters.set(address, letter)
  const { text } = await handIn(
    { mailFrom: '', rcptTo: address, lines: linesOf(address, config['site.host']) },
    { config, door: config['gateway.listen'][0] ?? '', ports: ports(), finalMs: doorMs, commandMs: doorMs },
  )
  const messageId = /Accepted as (\w+)/.exec(text)?.[1]
  if (messageId === undefined) throw new Error(`our own door answered ${text}`)
  return Object.assign(letter, { messageId, takenAt: Date.now() })
}

function linesOf(address: string, host: string): string[] {
  return [
    `From: Drill <probe@${host}>`,
    `To: <${address}>`,
    'Subject: A letter of a drill',
    `Date: ${formatMailDate(Date.now())}`,
    `Message-ID: <${newId(Date.now())}@${host}>`,
    'Auto-Submitted: auto-generated',
    '',
    'This letter stays within this site. A drill sends it, to see whether a fault is noticed. Nobody reads it.',
  ]
}
