/** Every code that the check `rules` can give; docs/reference/findings.md says what each means. */
export const ruleCodes = [
  'rule-matched',
  'rule-skipped',
  'rule-change-skipped',
  'rule-target-lost',
  'rules-unavailable',
] as const

export type RuleCode = (typeof ruleCodes)[number]
