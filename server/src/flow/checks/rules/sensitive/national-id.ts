import { hasLuhnDigit } from './card-number.ts'

/** A kind of national number: how it is written, and what its check digits say. */
export interface NationalId {
  readonly country: string
  readonly about: string
  /** Candidates; linear, of bounded length. */
  readonly written: RegExp
  /** Whether a candidate, with all but letters and digits taken out, is right. */
  readonly isRight: (id: string) => boolean
  /** Numbers whose digits prove little count only near one of these words. */
  readonly near?: RegExp
}

/** How far a word may stand before a number. */
const nearBy = 60

export const nationalIds: readonly NationalId[] = [
  {
    country: 'us',
    about: 'Social Security number of the United States, written with hyphens',
    written: /\b\d{3}-\d{2}-\d{4}\b/g,
    isRight: (id) => !/^(?:000|666|9\d\d)|^.{3}00|0000$/.test(id),
  },
  {
    country: 'gb',
    about: 'National Insurance number of the United Kingdom',
    written: /\b[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z] ?\d{2} ?\d{2} ?\d{2} ?[A-D]\b/g,
    isRight: (id) => !/^(?:BG|GB|KN|NK|NT|TN|ZZ)/.test(id),
  },
  {
    country: 'de',
    about: 'tax identification number of Germany',
    written: /\b[1-9]\d(?: ?\d{3}){3}\b/g,
    isRight: isGermanTaxId,
    near: /steuer|tax|\bidnr|\btin\b|identifikation/i,
  },
  {
    country: 'fr',
    about: 'social security number (NIR) of France',
    written: /\b[12] ?\d{2} ?(?:0[1-9]|1[0-2]|[2-9]\d) ?(?:\d{2}|2[AB]) ?\d{3} ?\d{3} ?\d{2}\b/g,
    isRight: isFrenchNir,
  },
  {
    country: 'es',
    about: 'DNI or NIE of Spain',
    written: /\b[XYZ]?-?\d{7,8}-?[A-HJ-NP-TV-Z]\b/g,
    isRight: isSpanishDni,
  },
  {
    country: 'it',
    about: 'codice fiscale of Italy',
    written: /\b[A-Z]{6}[0-9LMNP-V]{2}[A-EHLMPRST][0-9LMNP-V]{2}[A-Z][0-9LMNP-V]{3}[A-Z]\b/g,
    isRight: isCodiceFiscale,
  },
  {
    country: 'nl',
    about: 'citizen service number (BSN) of the Netherlands',
    written: /\b\d{9}\b/g,
    isRight: (id) => weighted(id, [9, 8, 7, 6, 5, 4, 3, 2, -1]) % 11 === 0 && !/^0+$/.test(id),
    near: /\bbsn\b|burgerservice|sofi/i,
  },
  {
    country: 'pl',
    about: 'PESEL of Poland',
    written: /\b\d{11}\b/g,
    isRight: (id) => weighted(id, [1, 3, 7, 9, 1, 3, 7, 9, 1, 3, 1]) % 10 === 0 && isMonth(id, 20),
    near: /pesel/i,
  },
  {
    country: 'se',
    about: 'personal number of Sweden',
    written: /\b(?:19|20)?\d{6}[-+]\d{4}\b/g,
    isRight: (id) => hasLuhnDigit(id.slice(-10)) && Number(id.slice(-8, -6)) <= 12,
  },
]

/** Whether a text holds a number of this kind. */
export function findNationalId(text: string, { written, isRight, near }: NationalId): boolean {
  for (const found of text.matchAll(written)) {
    if (!isRight(found[0].replace(/[^A-Z0-9]/g, ''))) continue
    if (!near || near.test(text.slice(Math.max(0, found.index - nearBy), found.index))) return true
  }
  return false
}

function weighted(digits: string, weights: readonly number[]): number {
  return weights.reduce((sum, weight, i) => sum + weight * Number(digits[i]), 0)
}

/** Months that carry the century in their tens. */
function isMonth(id: string, step: number): boolean {
  const month = Number(id.slice(2, 4)) % step
  return month >= 1 && month <= 12
}

/** ISO 7064, MOD 11-10; of the first ten digits one stands two or three times. */
function isGermanTaxId(id: string): boolean {
  const counts = [...'0123456789'].map((digit) => id.slice(0, 10).split(digit).length - 1)
  const doubled = counts.filter((each) => each > 1)
  if (doubled.length !== 1 || (doubled[0] ?? 0) > 3) return false
  let product = 10
  for (const digit of id.slice(0, 10)) {
    const sum = (Number(digit) + product) % 10 || 10
    product = (2 * sum) % 11
  }
  return (11 - product) % 10 === Number(id[10])
}

function isFrenchNir(id: string): boolean {
  const number = id.slice(0, 13).replace('2A', '19').replace('2B', '18')
  return /^\d{13}$/.test(number) && 97n - (BigInt(number) % 97n) === BigInt(id.slice(13))
}

function isSpanishDni(id: string): boolean {
  const digits = id.slice(0, -1).replace(/^[XYZ]/, (letter) => String('XYZ'.indexOf(letter)))
  return digits.length === 8 && 'TRWAGMYFPDXBNJZSQVHLCKE'[Number(digits) % 23] === id.at(-1)
}

const oddValues = [
  1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 2, 4, 18, 20, 11, 3, 6, 8, 12, 14, 16, 10, 22, 25, 24, 23,
]

function isCodiceFiscale(id: string): boolean {
  let sum = 0
  for (let i = 0; i < 15; i++) {
    const code = id.charCodeAt(i)
    const value = code <= 57 ? code - 48 : code - 65
    sum += i % 2 === 0 ? (oddValues[value] ?? 0) : value
  }
  return String.fromCharCode(65 + (sum % 26)) === id[15]
}
