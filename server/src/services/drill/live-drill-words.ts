import { hasPassed, type LiveDrill, type LiveDrillEnding, type LiveDrillPhase } from './live-drill.ts'

const phases: Readonly<Record<LiveDrillPhase, string>> = {
  ordered: 'ordered; it begins within seconds',
  before: 'all works, so that there is something to compare with',
  fault: 'the fault is on',
  after: 'mended; waits until that is seen and all letters are through',
  over: 'over',
}

const endings: Readonly<Record<LiveDrillEnding, string>> = {
  done: 'Done',
  stopped: 'Stopped',
  aborted: 'Ended by itself before its time',
  died: 'Ended without a report',
}

/** How far a drill is, or how it ended, in a line. */
export function describeDrill(drill: LiveDrill & { readonly stoppedBy?: string | null }): string {
  const { phase, ending, why, seen, lines } = drill
  if (ending === 'done') {
    const held = lines.filter((each) => each.held === true).length
    const known = lines.filter((each) => each.held !== null).length
    return `${hasPassed(drill) ? 'Noticed' : 'Not all was noticed'}: ${held} of ${known} bounds held.`
  }
  if (ending !== null) return `${endings[ending]}: ${why}.`
  const asked = drill.stoppedBy ? ' (its end is asked for)' : ''
  const cause = seen.cause ? `, cause ${seen.cause.name}` : ''
  const noticed = seen.incident ? `; noticed: ${seen.incident.name}${cause}` : ''
  return `Under way${asked}: ${phases[phase]}. ${seen.sent} letters sent, ${seen.arrived} arrived, ${seen.waiting} wait${noticed}.`
}
