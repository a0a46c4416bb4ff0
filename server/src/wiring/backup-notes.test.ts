import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Generation } from '#ground/storage/backups/generation.ts'
import { mostListed } from '#services/backup/backup-report.ts'
import { keptOf } from './backup-notes.ts'

test('of very many backups the newest are listed, also those that stand on damage of one that is not', () => {
  const chain = Array.from({ length: mostListed + 10 }, (_, n) => ({
    ...{ at: n, image: n === 0 || n === mostListed ? 'image' : null },
    ...(n === 1 && { damage: 'damaged' }),
  })) as unknown as Generation[]
  const kept = keptOf(chain)
  assert.deepEqual([kept.length, kept[0]?.at, kept.at(-1)?.at], [mostListed, 10, mostListed + 9])
  assert.equal(kept.filter((each) => each.isDamaged).length, mostListed - 10)
})
