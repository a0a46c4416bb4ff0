/** Whether a text holds the number of a payment card: 13 to 19 digits of a known issuer with a right check digit. */
export function findCardNumber(text: string): boolean {
  for (const digits of cardLikeNumbers(text)) if (isIssued(digits) && hasLuhnDigit(digits)) return true
  return false
}

/** Beginnings and lengths of the large card systems. */
function isIssued(digits: string): boolean {
  const [two, four] = [Number(digits.slice(0, 2)), Number(digits.slice(0, 4))]
  const { length } = digits
  if (digits.startsWith('4')) return length === 13 || length === 16 || length === 19
  if ((two >= 51 && two <= 55) || (four >= 2221 && four <= 2720)) return length === 16
  if (two === 34 || two === 37) return length === 15
  if (two === 36 || two === 38 || two === 39 || (four >= 3000 && four <= 3059)) return length === 14
  if (four >= 3528 && four <= 3589) return length === 16
  return (four === 6011 || two === 65 || (four >= 6440 && four <= 6599) || two === 62) && length >= 16
}

/** Luhn's check digit. */
export function hasLuhnDigit(digits: string): boolean {
  let sum = 0
  for (let i = 0; i < digits.length; i++) {
    const digit = digits.charCodeAt(digits.length - 1 - i) - 48
    const doubled = i % 2 === 1 ? digit * 2 : digit
    sum += doubled > 9 ? doubled - 9 : doubled
  }
  return sum % 10 === 0
}

/**
 * Numbers of 13 to 19 digits that stand alone: in one piece, or in groups as cards show them, with single blanks or
 * hyphens between. A piece of a longer number is no card; an expiry date behind the number does not hide it.
 */
function* cardLikeNumbers(text: string): Generator<string> {
  const chains = /(?<![\p{L}\p{N}_])\d{1,19}(?:[ \u00a0-]\d{1,19}){0,20}(?![\p{L}\p{N}_])/gu
  for (const [chain] of text.matchAll(chains)) {
    const groups = chain.split(/[ \u00a0-]/)
    for (let i = 0; i < groups.length; i++) {
      if ((groups[i] ?? '').length >= 13) yield groups[i] as string
      // 4-4-4-4, 4-4-4-4-3, 4-6-5 and 4-6-4.
      for (const count of [3, 4, 5]) {
        const some = groups.slice(i, i + count)
        if (
          some.length === count &&
          /^4(?:,4){2,3},[1-4]$|^4,6,[45]$/.test(some.map((each) => each.length).join())
        )
          yield some.join('')
      }
    }
  }
}
