import { defaultPolicy, type VerdictPolicy } from './verdict.ts'

/**
 * The policy in settings as the directory keeps them, all of them text: `dmarc`, `tolerance`, and `weight.CODE` for
 * each finding whose weight is not the check's own; `product.filtering` off takes away what score, lists and DMARC say; `encrypt-at-rest` on encrypts what is kept. What cannot be read keeps its default: a policy is made by hand,
 * checked where it is made, and must never stop mail.
 */
export function readVerdictPolicy(settings: Readonly<Record<string, string>>): VerdictPolicy {
  const weights: Record<string, number> = {}
  for (const [name, value] of Object.entries(settings)) {
    if (name.startsWith('weight.') && isNumber(value)) weights[name.slice('weight.'.length)] = Number(value)
  }
  const { dmarc, tolerance } = settings
  const isOff = settings['product.filtering'] === 'off'
  return {
    dmarc: dmarc === 'observe' || isOff ? 'observe' : defaultPolicy.dmarc,
    tolerance: tolerance !== undefined && isNumber(tolerance) ? Number(tolerance) : defaultPolicy.tolerance,
    weights,
    ...(isOff && { isOff }),
    ...(settings['encrypt-at-rest'] === 'on' && { encrypts: true as const }),
  }
}

function isNumber(text: string): boolean {
  return /^-?\d{1,6}$/.test(text)
}
