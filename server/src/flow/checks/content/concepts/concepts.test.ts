import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { readWords } from '../text/words.ts'
import { conceptNames, findConcepts } from './concepts.ts'

function conceptsIn(text: string): string[] {
  return findConcepts(readWords(text).words).map((each) => each.concept)
}

test('the same demand speaks of the same in every language', () => {
  for (const text of [
    'Please verify your account, your card has been blocked',
    'Bitte bestätigen Sie Ihr Konto, Ihre Karte wurde gesperrt',
    'Veuillez confirmer votre compte, votre carte est suspendue',
    'Potwierdź swoje konto, Twoja karta została zablokowana',
    'Bekräfta ditt konto, ditt kort har spärrats',
    'Подтвердите аккаунт, ваша карта заблокирована',
    'Hesabınızı doğrulayın, kartınız askıya alındı, kartı engellendi',
    'アカウントを確認してください。カードが停止されました',
    '请验证您的账户，银行卡已被冻结',
    'يرجى تأكيد الحساب، تم إيقاف البطاقة',
  ]) {
    const found = conceptsIn(text)
    for (const concept of ['verify', 'account', 'card', 'blocked'])
      assert(found.includes(concept), `${concept} in ${text}: ${found}`)
  }
})

test('a concept that is named twice at once counts once', () => {
  assert.deepEqual(conceptsIn('password passwort hasło'), ['password'])
})

test('signs without blanks are read one by one, whatever stands beside them', () => {
  assert(conceptsIn('Amazonアカウントのユーザー確認24時間以内').includes('hours'))
  assert(conceptsIn('サーバーのパスワードを更新').includes('password'))
})

test('any text is read, and never gives more than its words', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', maxLength: 500 }), (text) => {
      const { words } = readWords(text)
      for (const { concept, at } of findConcepts(words))
        assert(conceptNames.includes(concept) && at < words.length)
    }),
  )
  assert(findConcepts(Array.from({ length: 8000 }, (_, i) => (i % 2 ? 'account' : 'password'))).length <= 600)
})
