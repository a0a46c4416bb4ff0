import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { checkPattern } from './check-pattern.ts'
import { compileLiterals, compilePattern, SearchedText } from './pattern.ts'
import { SearchMemory } from './search.ts'

const long = 10_000
const never = () => false

function finds(pattern: string, text: string, memory = new SearchMemory()): boolean {
  const end = compilePattern(pattern, memory).find(new SearchedText(text), never)
  assert.notEqual(end, 'stopped')
  return end === 'found'
}

/** Patterns in the language that V8 and we share, so that V8 is the judge. */
const { pattern: patterns } = fc.letrec<{ pattern: string; atom: string }>((tie) => ({
  pattern: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    tie('atom'),
    fc.array(tie('atom'), { maxLength: 4 }).map((each) => each.join('')),
    fc.tuple(tie('pattern'), tie('pattern')).map(([a, b]) => `${a}|${b}`),
    fc
      .tuple(tie('pattern'), fc.constantFrom('*', '+', '?', '*?', '+?', '{2}', '{0,2}', '{1,}'))
      .map(([a, count]) => `(?:${a})${count}`),
    fc.tuple(tie('pattern'), tie('pattern')).map(([a, b]) => `(${a})${b}`),
  ),
  atom: fc.constantFrom(
    ...[
      'a',
      'b',
      'k',
      'S',
      ' ',
      '-',
      'ü',
      'ß',
      '\\.',
      '[ab]',
      '[^ab\\n]',
      '[a-k0-9]',
      '[^\\w]',
      '\\d',
      '\\w',
      '\\W',
    ],
    ...['\\s', '\\S', '\\b', '\\B', '^', '$', '\\x41', '\\u00fc', '[-a]', '[\\d-]', '\\t', '\\n'],
  ),
}))
const texts = fc.string({ unit: fc.constantFrom(...'aabbkKS Üüßs.-09_\n\tAé'), maxLength: 12 })

describe('patterns', () => {
  for (const flags of ['', 'i', 'm', 'im']) {
    test(`find what V8 finds, with flags "${flags}"`, () => {
      const memory = new SearchMemory(5000)
      fc.assert(
        fc.property(patterns, fc.array(texts, { minLength: 1, maxLength: 8 }), (source, samples) => {
          const theirs = new RegExp(source, flags)
          const ours = compilePattern(`${flags === '' ? '' : `(?${flags})`}${source}`, memory)
          for (const text of samples)
            assert.equal(
              ours.find(new SearchedText(text), never),
              theirs.test(text) ? 'found' : 'absent',
              `${source} in ${JSON.stringify(text)}`,
            )
        }),
        { numRuns: 1500 },
      )
    })
  }

  test('never throw anything but the reason, whatever is written', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom(...'()[]{}|*+?^$\\.-,:=!<>#&PQEpLbdwxu019aZ'), maxLength: 30 }),
        fc.string({ maxLength: 30 }),
        (pattern, text) => {
          const { ok, reason } = checkPattern({ pattern, text, timeMs: long })
          assert.equal(ok, reason === null)
        },
      ),
      { numRuns: 5000 },
    )
  })

  const written: readonly (readonly [string, string, boolean])[] = [
    ['(?i)invoice|rechnung', 'Ihre RECHNUNG', true],
    ['(?P<year>\\d{4})-\\d\\d', 'on 2024-05', true],
    ['[[:alpha:]]+[[:^digit:]]', 'ab', true],
    ['\\p{Lu}\\p{Ll}+', 'Ärger', true],
    ['\\p{Greek}', 'omega', false],
    ['\\PL', 'abc', false],
    ['\\Qa.b*\\E$', 'xa.b*', true],
    ['(?s)a.b', 'a\nb', true],
    ['a.b', 'a\nb', false],
    ['\\Aab\\z', 'ab', true],
    ['\\Aab\\z', 'ab\n', false],
    ['(?m)^b$', 'a\nb\nc', true],
    ['[]a]+x', ']ax', true],
    ['a{,2}', 'a{,2}', true],
    ['x{0}y', 'y', true],
    ['(?i:A)b', 'ab', true],
    ['(?i:A)b', 'aB', false],
    ['\\x{1F600}', '😀', true],
    ['^[😀-😎]{2}.$', '😀😎😀', true],
    ['😀{2}', '😀😎', false],
    ['', '', true],
  ]
  for (const [pattern, text, expected] of written)
    test(`${pattern} ${expected ? 'finds' : 'does not find'} ${JSON.stringify(text)}`, () => {
      assert.equal(finds(pattern, text), expected)
    })

  const refused: readonly (readonly [string, RegExp])[] = [
    ['(a)\\1', /refers back/],
    ['(?P<x>a)(?P=x)', /references back/],
    ['(?<x>a)\\k<x>', /refers back/],
    ['a(?=b)', /looking ahead/],
    ['a(?!b)', /looking ahead/],
    ['(?<=a)b', /looking behind/],
    ['(?<!a)b', /looking behind/],
    ['(?>a)', /atomic/],
    ['a++', /possessive/],
    ['(?R)', /recursion|flag/],
    ['(', /has no \)/],
    ['a)', /without its \(/],
    ['[a', /has no \]/],
    ['[z-a]', /ends before it begins/],
    ['*a', /nothing before/],
    ['a**', /behind another/],
    ['a{3,2}', /smaller/],
    ['a{1001}', /more than 1000/],
    ['((a{100}){100}){100}', /steps/],
    ['\\p{Klingon}', /no Unicode property/],
    ['(?x)a', /no flag x/],
    ['\\', /ends in the middle/],
    ['\\G', /not supported/],
    [`${'('.repeat(300)}a${')'.repeat(300)}`, /deep/],
    ['a'.repeat(20_000), /characters/],
  ]
  for (const [pattern, reason] of refused)
    test(`${pattern.slice(0, 30)} is refused with its reason`, () => {
      const answer = checkPattern({ pattern, text: null, timeMs: long })
      assert.equal(answer.ok, false)
      assert.match(answer.reason ?? '', reason)
    })
})

describe('hostile patterns', () => {
  const hostile: readonly (readonly [string, string])[] = [
    ['^(a+)+$', `${'a'.repeat(50_000)}!`],
    ['(\\w+\\s?)*$', `${'a'.repeat(50_000)}!`],
    ['^(([a-z])+.)+[A-Z]([a-z])+$', 'a'.repeat(50_000)],
    ['(a|aa)+$', `${'a'.repeat(50_000)}!`],
    ['(x+x+)+y', 'x'.repeat(50_000)],
    ['^((ab)*)*c', 'ab'.repeat(25_000)],
    ['(.*)*=(.*)*;', 'a'.repeat(50_000)],
  ]
  for (const [pattern, text] of hostile)
    test(`${pattern} takes time that grows with the text`, () => {
      const answer = checkPattern({ pattern, text, timeMs: long })
      assert.equal(answer.stopped, false)
      assert(Number(answer.ms) < 1000, `${answer.ms} ms`)
    })

  test('one that needs too much for each character is stopped soon after its time', () => {
    const started = performance.now()
    const answer = checkPattern({
      pattern: `${'x{0,1000}'.repeat(4)}y`,
      text: 'x'.repeat(1 << 20),
      timeMs: 50,
    })
    assert.equal(answer.stopped, true)
    assert(performance.now() - started < 10_000)
  })

  test('memory stays within its bound: states are forgotten and made anew', () => {
    const memory = new SearchMemory(20_000)
    let seed = 1
    const letter = () => {
      seed = (seed * 48_271) % 0x7fffffff
      return seed % 7 < 3 ? 'a' : 'b'
    }
    const mixed = Array.from({ length: 20_000 }, letter).join('')
    assert.equal(finds('(a|b)*a(a|b){12}c', mixed, memory), false)
    assert(memory.generation > 0)
    assert.equal(finds('(a|b)*a(a|b){12}c', `${mixed}aabbaabbaabbac`, memory), true)
  })
})

describe('lists of texts', () => {
  test('5,000 entries are one pattern, found whatever their case', () => {
    const entries = Array.from({ length: 5000 }, (_, i) => `entry ${(i * 7919) % 100_003} of the list`)
    const pattern = compileLiterals(entries, new SearchMemory())
    const find = (text: string) => pattern.find(new SearchedText(text), never)
    for (const at of [0, 1234, 4999]) assert.equal(find(`xx ${entries[at]?.toUpperCase()} yy`), 'found')
    assert.equal(find('entry of the list '.repeat(5000)), 'absent')
  })

  test('find what includes() finds', () => {
    const word = fc.string({ unit: fc.constantFrom(...'abcü'), minLength: 1, maxLength: 4 })
    fc.assert(
      fc.property(
        fc.array(word, { minLength: 1, maxLength: 12 }),
        fc.string({ unit: fc.constantFrom(...'abcüAB'), maxLength: 20 }),
        (words, text) => {
          const end = compileLiterals(words, new SearchMemory()).find(new SearchedText(text), never)
          assert.equal(
            end === 'found',
            words.some((each) => text.toLowerCase().includes(each)),
          )
        },
      ),
    )
  })
})
