import type { Check } from '#flow/inspection/check.ts'
import { findByteFaults } from './byte-findings.ts'
import { findFieldFaults, removeMboxLine } from './field-findings.ts'
import { findExcess } from './limit-findings.ts'
import { findLoops } from './loop-findings.ts'

/**
 * Looks at the build of a message: limits, loops, fields, line ends, MIME. Asks nobody, decodes no body.
 * Its work grows with the size of the header and the number of parts, both of which are limited (drill D10).
 */
export const structure: Check = {
  name: 'structure',
  async run(message, { settings }) {
    const loops = findLoops(message, settings)
    const findings = [
      ...findExcess(message, settings),
      ...loops.findings,
      ...findFieldFaults(message),
      ...findByteFaults(message),
    ]
    return { ...loops, findings, edits: [...(loops.edits ?? []), ...removeMboxLine(message)] }
  },
}
