import type { Sent } from '../harness/load.ts'
import { waitUntil } from '../harness/wait-until.ts'
import { answerWords, type Incident, incidentsSince } from './blind-answer.ts'
import type { BlindRig } from './blind-rig.ts'
import type { DrillReport } from './drill.ts'

/** Alarms by which a fault is known that was taken out already. */
const lasting =
  /^(disk-slow|store-locked|process-halts|process-silent|check-slow|scanners-gone|scanner-away|inspection-slow|next-hop-tls|next-hop-down)$/

/** Waits until all that was taken is where it was meant to go. */
export async function arrive({ plain, sure }: BlindRig, sent: readonly Sent[]): Promise<void> {
  const taken = sent.filter((each) => each.outcome === 'acknowledged')
  const all = () => {
    const [one, other] = [plain.copies(), sure.copies()]
    return taken.every(({ id, rcptTo }) => one.has(`${id} ${rcptTo}`) || other.has(`${id} ${rcptTo}`))
  }
  await waitUntil('everything arrives', all, 180_000, 200)
}

/** What was opened while no fault was in, on a machine that does something else too, must not hide what the next one opens. */
export async function settle(report: DrillReport, rig: BlindRig): Promise<void> {
  const isOpen = ({ state }: Incident) => state !== 'resolved'
  const open = (await incidentsSince(rig.site, 0)).filter(isOpen)
  if (open.length === 0) return
  report.note(`opened without a fault, ${new Date().toISOString()}`, open.map(answerWords))
  report.say(`opened without a fault: ${open.map(answerWords).join('; ')}`)
  for (const { id } of (await overAgain(rig, 0)).filter(isOpen)) await close(rig, id)
}

/** Waits until measurements are good again, and answers what was opened since a moment. */
export async function overAgain({ site }: BlindRig, since: number): Promise<Incident[]> {
  const quiet = async () => {
    const { alarms } = await site.json<{ alarms: { name: string; clearedAt: string | null }[] }>(
      'alarm',
      'list',
    )
    const open = alarms.filter(({ name, clearedAt }) => clearedAt === null && lasting.test(name))
    const incidents = await incidentsSince(site, since)
    return open.length === 0 && incidents.every((each) => each.quietSince !== null) && incidents
  }
  return waitUntil('measurements are good again', quiet, 300_000, 1000)
}

/** With its cause, or as unknown with what was measured; so that the next round begins anew. */
export async function close({ site }: BlindRig, id: string): Promise<void> {
  const end = ['incident', 'update', id, '--state', 'resolved', '--text', 'The fault was taken out.']
  const { code } = await site.command(...end)
  if (code === 0) return
  await site.must('incident', 'cause', id, 'unknown', '--text', 'Nobody knows.', '--evidence', 'late=yes')
  await site.must(...end)
}
