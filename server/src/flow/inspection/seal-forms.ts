import type { CheckResult, Edit } from './check.ts'

type Seal = NonNullable<CheckResult['seal']>

/**
 * Seals a message in each form in which it leaves: a seal covers what its receiver gets. Mostly there is one form.
 * The seals stand on top. A seal that cannot be made is left out: a missing one changes nobody's route.
 * @param edits of checks, for everybody
 * @param changes of what comes after them, some for single recipients
 */
export async function sealForms(
  seal: Seal | null,
  edits: readonly Edit[],
  changes: readonly Edit[],
  recipients: readonly string[],
): Promise<readonly Edit[]> {
  const all = [...edits, ...changes]
  if (seal === null) return all
  const forms = formsOf(changes, recipients)
  const lines = await Promise.all(
    forms.map(async ({ only, mine }) => {
      const made = await seal([...edits, ...mine]).catch(() => [])
      // Who gets the message whole gets it without the seal of what was made smaller.
      const strips = mine.some((each) => each.strips)
      return made.map(
        (line): Edit => ({
          kind: 'prepend',
          line,
          ...(forms.length > 1 && { only }),
          ...(strips && { strips: true as const }),
        }),
      )
    }),
  )
  return [...lines.flat(), ...all]
}

interface Form {
  readonly only: string[]
  readonly mine: readonly Edit[]
}

function formsOf(changes: readonly Edit[], recipients: readonly string[]): Form[] {
  if (changes.every((each) => !each.only)) return [{ only: [], mine: changes }]
  const forms = new Map<string, Form>()
  for (const recipient of new Set(recipients)) {
    const mine = changes.filter(({ only }) => !only || only.includes(recipient))
    const key = changes.map((each) => Number(mine.includes(each))).join('')
    const form = forms.get(key) ?? { only: [], mine }
    form.only.push(recipient)
    forms.set(key, form)
  }
  return [...forms.values()]
}
