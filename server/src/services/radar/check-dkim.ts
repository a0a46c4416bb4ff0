import { usualSelectors } from '#services/directory/domain-lights.ts'
import { askTexts } from './ask-texts.ts'
import { type CheckResult, passed, unknown } from './check-result.ts'
import type { LookParts } from './look-parts.ts'

/** Keys that sign under usual names. Others have names of their own, so that none found means nothing. */
export async function checkDkimKeys(domain: string, { resolver }: LookParts): Promise<CheckResult> {
  const keys = await Promise.all(
    usualSelectors.map(async (selector) => {
      const texts = await askTexts(`${selector}._domainkey.${domain}`, resolver)
      return texts?.some((each) => /(?:^|;)\s*p=[a-z0-9+/]/i.test(each)) ? selector : null
    }),
  )
  const found = keys.filter((each) => each !== null).map((each) => `${each}._domainkey.${domain}`)
  if (found.length > 0) return passed('dkim', 'keys are there', found)
  return unknown('dkim', 'no key stands under a usual name; a signed mail of the domain would show its own')
}
