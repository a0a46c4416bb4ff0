interface PolicySetting {
  /** What it takes, for people. */
  readonly takes: string
  readonly isRight: (value: string) => boolean
  readonly default: string
  readonly help: string
}

const oneOf = (...words: readonly string[]): Pick<PolicySetting, 'takes' | 'isRight'> => ({
  takes: `one of ${words.join(', ')}`,
  isRight: (value) => words.includes(value),
})

const whole = (least: number, most: number): Pick<PolicySetting, 'takes' | 'isRight'> => ({
  takes: `a whole number from ${least} to ${most}`,
  isRight: (value) => /^-?\d{1,6}$/.test(value) && Number(value) >= least && Number(value) <= most,
})

/** Settings that tenants may make, with what they take and the default. */
export const policySettings: Readonly<Record<string, PolicySetting>> = {
  dmarc: {
    ...oneOf('enforce', 'observe'),
    default: 'enforce',
    help: 'Whether a DMARC policy of reject or quarantine is followed for mail to these recipients.',
  },
  learning: {
    ...oneOf('on', 'off'),
    default: 'on',
    help: 'Whether reports and releases of a customer teach something for its own mail; read at tenants.',
  },
  recipients: {
    ...oneOf('listed', 'any'),
    default: 'listed',
    help: 'Whether only known users get mail, or every address of the domain; read at domains and above.',
  },
  tolerance: {
    ...whole(1, 100_000),
    default: '200',
    help: 'Score from which mail is quarantined.',
  },
}

const weightSetting: PolicySetting = {
  ...whole(-10_000, 10_000),
  default: '',
  help: 'Weight of one finding, such as weight.spf-fail; 0: it is noted and counts for nothing. See findings.md.',
}

/** Beginning of the settings that weigh single findings; the code follows. */
export const weightPrefix = 'weight.'

/** What a setting takes; null: there is none of that name. */
export function policySettingOf(name: string): PolicySetting | null {
  if (name.startsWith(weightPrefix))
    return /^[a-z0-9]+(?:-[a-z0-9]+)*$/.test(name.slice(weightPrefix.length)) ? weightSetting : null
  return Object.hasOwn(policySettings, name) ? (policySettings[name] ?? null) : null
}

/** Lines of help about all of them. */
export function describePolicySettings(): string {
  const line = (name: string, { takes, default: value, help }: PolicySetting) =>
    `  ${name}: ${takes}; default ${value || 'what the check says'}\n      ${help}`
  return [
    ...Object.entries(policySettings).map(([name, about]) => line(name, about)),
    line(`${weightPrefix}CODE`, weightSetting),
  ].join('\n')
}

/** @throws Error that says what would be right */
export function checkPolicySetting(name: string, value: string): void {
  const known = policySettingOf(name)
  if (!known)
    throw new Error(
      `there is no setting ${name}; there are ${Object.keys(policySettings).join(', ')} and ${weightPrefix}CODE`,
    )
  if (!known.isRight(value)) throw new Error(`${name} must be ${known.takes}`)
}
