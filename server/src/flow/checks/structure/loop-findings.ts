import type { CheckResult, CheckSettings, InspectedMessage } from '#flow/inspection/check.ts'
import { countReceived } from '#ground/mail/received.ts'
import { composeTraceField, readTracePasses } from '#ground/mail/trace-field.ts'
import { createFinding } from './structure-finding.ts'

/**
 * Looks whether a message goes round in circles, and signs that it came through here (drill D20).
 * A loop is held, not refused: a refusal would make bounces, which loop too, and held mail can go on after the repair.
 */
export function findLoops(message: InspectedMessage, settings: CheckSettings): CheckResult {
  const { host, maxPasses, maxReceived, traceKey } = settings
  const findings = []
  const hops = countReceived(message.header)
  if (hops > maxReceived) {
    findings.push(
      createFinding(
        'received-loop',
        `The message has made ${hops} hops, more than the ${maxReceived} that are allowed.`,
        {
          evidence: { hops, limit: maxReceived },
          proposal: 'hold',
        },
      ),
    )
  }
  // Without a secret a trace proves nothing, so none is read or written.
  if (traceKey === '') return { findings, facts: { hops } }
  const { passes, highest, foreign } = readTracePasses(message.header, traceKey)
  const pass = highest + 1
  if (pass >= maxPasses) {
    const trace = passes.slice(0, 20)
    findings.push(
      createFinding(
        'own-loop',
        `The message has come through here for the ${pass}. time: it goes round in circles.`,
        {
          evidence: { pass, limit: maxPasses, passes: trace },
          proposal: 'hold',
        },
      ),
    )
  }
  if (foreign > 0) {
    findings.push(
      createFinding(
        'foreign-trace',
        `${foreign} trace fields were not signed by this site and do not count.`,
        {
          evidence: { count: foreign },
        },
      ),
    )
  }
  const line = composeTraceField({ host, id: message.id, pass, key: traceKey })
  return { findings, edits: [{ kind: 'prepend', line }], facts: { hops, pass } }
}
