import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { PolicySetting } from '@mailkeep/contract'
import { groupSettings } from './setting-groups.ts'

const named = (...names: string[]) => names.map((name) => ({ name }) as PolicySetting)
const asked = (...names: string[]) =>
  groupSettings(named(...names)).map(({ title, settings }) => [title, ...settings.map(({ name }) => name)])

test('each setting stands in one group, and one of a kind that nobody knew yet is not left out', () => {
  assert.deepEqual(
    asked(
      'dmarc',
      'visibility',
      'outbound.sudden',
      'product.review',
      'new.kind',
      'quarantine.days',
      'review.at',
    ),
    [
      ['Filtering', 'dmarc'],
      ['Quarantine and review', 'visibility', 'quarantine.days', 'review.at'],
      ['Mail that people send', 'outbound.sudden'],
      ['Parts of the platform', 'product.review'],
      ['More', 'new.kind'],
    ],
  )
})

test('what findings weigh stands apart, and a group without settings does not stand there', () => {
  assert.deepEqual(asked('weight.spf-fail', 'tolerance'), [['Filtering', 'tolerance']])
})
