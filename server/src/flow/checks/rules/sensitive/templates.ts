import { findCardNumber } from './card-number.ts'
import { explicitLanguage } from './explicit-language.ts'
import { findIban } from './iban.ts'
import { findNationalId, nationalIds } from './national-id.ts'

/** Something that a rule can look for without a pattern of its own. */
export interface SensitiveTemplate {
  readonly about: string
  readonly find: (text: string) => boolean
}

/** Templates by the name that a rule says behind "holds". */
export const sensitiveTemplates: Readonly<Record<string, SensitiveTemplate>> = {
  'card-number': { about: 'number of a payment card, with its check digit', find: findCardNumber },
  iban: { about: 'bank account number (IBAN), with its check digits', find: findIban },
  'national-id': {
    about: 'national number of a person, of any country below',
    find: (text) => nationalIds.some((each) => findNationalId(text, each)),
  },
  ...Object.fromEntries(
    nationalIds.map((each) => [
      `national-id-${each.country}`,
      { about: each.about, find: (text: string) => findNationalId(text, each) },
    ]),
  ),
  'explicit-language': { about: 'words that do not belong into business mail', find: explicitLanguage },
}
