import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { sensitiveTemplates } from './templates.ts'

const finds = (name: string, text: string) => sensitiveTemplates[name]?.find(text)

const right: readonly (readonly [string, string])[] = [
  ['card-number', 'Card: 4111 1111 1111 1111 valid 12/29'],
  ['card-number', '5555555555554444'],
  ['card-number', 'amex 3782-822463-10005.'],
  ['card-number', 'paid on 2024 4111111111111111 12'],
  ['iban', 'IBAN: DE89 3704 0044 0532 0130 00, BIC'],
  ['iban', 'GB29NWBK60161331926819'],
  ['national-id-us', 'SSN 078-05-1120'],
  ['national-id-gb', 'NI: AB 12 34 56 C'],
  ['national-id-de', 'Steuer-ID: 86 095 742 719'],
  ['national-id-fr', '2 55 08 14 168 025 38'],
  ['national-id-es', 'DNI 12345678Z'],
  ['national-id-es', 'NIE X1234567L'],
  ['national-id-it', 'RSSMRA85T10A562S'],
  ['national-id-nl', 'BSN: 111222333'],
  ['national-id-pl', 'PESEL 44051401359'],
  ['national-id-se', '811218-9876'],
  ['national-id', 'my number is 078-05-1120'],
  ['explicit-language', 'What a load of Bullshit'],
  ['explicit-language', 'So eine Scheiße'],
]
for (const [name, text] of right) test(`${name}: ${text}`, () => assert.equal(finds(name, text), true))

const wrong: readonly (readonly [string, string])[] = [
  ['card-number', '4111 1111 1111 1112'],
  ['card-number', 'order 94111111111111111234567'],
  ['card-number', 'id x4111111111111111y'],
  ['card-number', '0000 0000 0000 0000'],
  ['iban', 'DE88 3704 0044 0532 0130 00'],
  ['iban', 'XX89370400440532013000'],
  ['national-id-us', '000-12-3456 and 666-12-3456'],
  ['national-id-de', '86 095 742 718'],
  ['national-id-de', 'phone 86095742719'],
  ['national-id-nl', 'order 111222333'],
  ['national-id-es', '12345678A'],
  ['national-id-it', 'RSSMRA85T10A562T'],
  ['explicit-language', 'Shiitake, Wankel engines and putative reasons; ein Fickle'],
  ['explicit-language', 'un retard de paiement'],
]
for (const [name, text] of wrong) test(`not ${name}: ${text}`, () => assert.equal(finds(name, text), false))

test('no template throws', () => {
  fc.assert(
    fc.property(
      fc.string({ unit: fc.constantFrom(...'0123456789 -ABXYZdesteuer'), maxLength: 300 }),
      (text) => {
        for (const each of Object.values(sensitiveTemplates)) each.find(text)
      },
    ),
  )
})
