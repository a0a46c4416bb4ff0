import type { Finding, InspectedMessage } from '#flow/inspection/check.ts'
import type { MimePart } from '#ground/mail/mime.ts'
import { createFinding } from './structure-finding.ts'

/** Longest line of RFC 5322, 2.1.1. */
const longestLine = 998

/** Odd bytes, odd line ends and faults of the MIME structure. Only noted: bytes are never changed. */
export function findByteFaults(message: InspectedMessage): Finding[] {
  const { nul, bareCr, bareLf, longest } = message.scan.lines
  const findings: Finding[] = []
  if (nul > 0)
    findings.push(
      createFinding('nul-bytes', `The message holds ${nul} NUL bytes.`, { evidence: { count: nul } }),
    )
  if (bareCr > 0)
    findings.push(
      createFinding('bare-cr', `The message holds ${bareCr} CR without LF.`, { evidence: { count: bareCr } }),
    )
  if (bareLf > 0)
    findings.push(
      createFinding('bare-lf', `The message holds ${bareLf} LF without CR.`, { evidence: { count: bareLf } }),
    )
  if (longest > longestLine) {
    findings.push(
      createFinding('long-line', `The longest line has ${longest} bytes; ${longestLine} are allowed.`, {
        evidence: { longest },
      }),
    )
  }
  const defects = countDefects(message.mime)
  if (defects.size > 0) {
    const words = [...defects.keys()].join(', ')
    findings.push(
      createFinding('mime-defects', `The MIME structure is broken: ${words}.`, {
        evidence: { defects: Object.fromEntries(defects) },
      }),
    )
  }
  return findings
}

/** How often each defect stands in the tree. A stack instead of recursion: the depth is a setting. */
function countDefects(root: MimePart): Map<string, number> {
  const counts = new Map<string, number>()
  const waiting = [root]
  for (let part = waiting.pop(); part; part = waiting.pop()) {
    for (const defect of part.defects) counts.set(defect, (counts.get(defect) ?? 0) + 1)
    for (const child of part.children) waiting.push(child)
  }
  return counts
}
