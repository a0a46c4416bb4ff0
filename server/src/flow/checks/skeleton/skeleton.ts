import type { Check, Finding } from '#flow/inspection/check.ts'
import { fieldValue, findField } from '#ground/mail/header.ts'

/** Every code that this check can give; each needs a row in docs/reference/findings.md. */
export const skeletonCodes = ['shouting-subject'] as const

/**
 * A check to copy: it notes a subject without a single small letter. It is not in the catalog, so it judges no mail.
 * To make a check: copy this folder under the new name, add a row for each code to docs/reference/findings.md,
 * write cases, and add the check to catalog.ts.
 */
export const skeleton: Check = {
  name: 'skeleton',
  async run(message) {
    const field = findField(message.header, 'subject')
    const subject = field ? fieldValue(field) : ''
    return { findings: isShouting(subject) ? [shouting(subject)] : [] }
  },
}

function isShouting(text: string): boolean {
  return /[A-Z]{3}/.test(text) && !/[a-z]/.test(text)
}

function shouting(subject: string): Finding {
  return {
    check: 'skeleton',
    code: skeletonCodes[0],
    weight: 0,
    text: 'The subject is all in capital letters.',
    evidence: { subject: subject.slice(0, 100) },
  }
}
