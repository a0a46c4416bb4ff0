import type { Finding, FindingKind } from '#flow/inspection/check.ts'

/** Every code that the check `sender` can give; docs/reference/findings.md says what each means. */
export const senderCodes = [
  'brand-name',
  'brand-name-disguised',
  'brand-subject',
  'brand-content',
  'brand-look-alike-domain',
  'own-look-alike-domain',
  'own-name-borrowed',
  'name-shows-other-address',
  'reply-to-elsewhere',
  'reply-to-look-alike',
  'envelope-elsewhere',
  'pretext',
  'free-mail-noreply',
  'authors-of-several-domains',
  'author-at-address-literal',
  'first-contact',
  'own-person-name',
  'brand-unproven',
  'acquaintances-unavailable',
  'sender-unavailable',
] as const

export type SenderCode = (typeof senderCodes)[number]

/** A finding of this check; what pretends to be somebody else is phishing. */
export function createFinding(
  code: SenderCode,
  weight: number,
  text: string,
  evidence: Readonly<Record<string, unknown>>,
  kind: FindingKind = 'phishing',
): Finding {
  return { check: 'sender', code, weight, text, evidence, kind }
}
