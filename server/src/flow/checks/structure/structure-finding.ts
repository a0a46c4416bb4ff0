import type { Finding } from '#flow/inspection/check.ts'

/** Every code that the check `structure` can give; docs/reference/findings.md says what each means. */
export const structureCodes = [
  'received-loop',
  'own-loop',
  'foreign-trace',
  'header-too-large',
  'mime-too-deep',
  'mime-too-many-parts',
  'missing-from',
  'multiple-from',
  'from-without-address',
  'missing-date',
  'missing-message-id',
  'duplicate-field',
  'header-line-without-name',
  'mbox-line',
  'nul-bytes',
  'bare-cr',
  'bare-lf',
  'long-line',
  'mime-defects',
  'structure-unavailable',
] as const

export type StructureCode = (typeof structureCodes)[number]

type Extras = Pick<Finding, 'evidence' | 'proposal' | 'reply'>

/** A finding of this check. They all weigh 0: what breaks a limit is proposed, and the rest is only noted. */
export function createFinding(code: StructureCode, text: string, extras: Extras = {}): Finding {
  return { check: 'structure', code, weight: 0, text, ...extras }
}
