/** Lengths of account numbers by country (ISO 13616). */
const lengths: Readonly<Record<string, number>> = {
  AD: 24,
  AE: 23,
  AL: 28,
  AT: 20,
  AZ: 28,
  BA: 20,
  BE: 16,
  BG: 22,
  BH: 22,
  BR: 29,
  BY: 28,
  CH: 21,
  CR: 22,
  CY: 28,
  CZ: 24,
  DE: 22,
  DK: 18,
  DO: 28,
  EE: 20,
  EG: 29,
  ES: 24,
  FI: 18,
  FO: 18,
  FR: 27,
  GB: 22,
  GE: 22,
  GI: 23,
  GL: 18,
  GR: 27,
  GT: 28,
  HR: 21,
  HU: 28,
  IE: 22,
  IL: 23,
  IQ: 23,
  IS: 26,
  IT: 27,
  JO: 30,
  KW: 30,
  KZ: 20,
  LB: 28,
  LC: 32,
  LI: 21,
  LT: 20,
  LU: 20,
  LV: 21,
  LY: 25,
  MC: 27,
  MD: 24,
  ME: 22,
  MK: 19,
  MR: 27,
  MT: 31,
  MU: 30,
  NL: 18,
  NO: 15,
  PK: 24,
  PL: 28,
  PS: 29,
  PT: 25,
  QA: 29,
  RO: 24,
  RS: 22,
  SA: 24,
  SC: 31,
  SE: 24,
  SI: 19,
  SK: 24,
  SM: 27,
  ST: 25,
  TL: 23,
  TN: 24,
  TR: 26,
  UA: 29,
  VA: 22,
  VG: 24,
  XK: 20,
}

/** Whether a text holds a bank account number with right check digits, written in one piece or in groups. */
export function findIban(text: string): boolean {
  const begins = /\b([A-Z]{2})\d{2}/g
  for (let found = begins.exec(text); found; found = begins.exec(text)) {
    const length = lengths[found[1] ?? '']
    if (length === undefined) continue
    const account = compact(text, found.index, length)
    if (account.length === length && hasRightDigits(account)) return true
  }
  return false
}

/** Letters and digits from a place on, single blanks and hyphens left out; too few where something else stands. */
function compact(text: string, at: number, length: number): string {
  let account = ''
  for (let i = at; i < text.length && account.length < length && i < at + 2 * length; i++) {
    const char = text[i] as string
    if (/[A-Z0-9]/.test(char)) account += char
    else if (!/[ \u00a0-]/.test(char) || !/[A-Z0-9]/.test(text[i - 1] ?? '')) break
  }
  return account
}

/** ISO 7064, MOD 97-10. */
function hasRightDigits(account: string): boolean {
  let rest = 0
  for (const char of account.slice(4) + account.slice(0, 4)) {
    const value = Number.parseInt(char, 36)
    rest = (rest * (value > 9 ? 100 : 10) + value) % 97
  }
  return rest === 1
}
