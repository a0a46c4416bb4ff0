import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Light, LightState } from './domain-lights.ts'
import type { SeenLights } from './light-store.ts'
import { tendLights } from './tend-lights.ts'

const hourMs = 3_600_000
const at = 1_800_000_000_000

const light = (name: Light['name'], state: LightState): Light => ({
  ...{ name, state, title: '', says: '', record: '', type: '' },
  ...{ wanted: '', found: '' },
})

/** A round over some domains; `asked`: since when nobody may have looked at what is due. */
async function round(names: readonly string[], everyMs: number) {
  const kept: SeenLights[] = []
  const asked: number[] = []
  let [now, most] = [0, 0]
  await tendLights({
    lights: { putLights: async (seen) => void kept.push(seen) },
    readLights: {
      dueLights: async (since) => {
        asked.push(since)
        return names.map((name) => ({ name, tenant: 'one', nextHop: 'smtp://192.0.2.1' }))
      },
    },
    look: async ({ name }) => {
      now += 1
      most = Math.max(most, now)
      await Promise.resolve()
      now -= 1
      return [light('mx', name === 'bad.test' ? 'red' : 'green'), light('mail-seen', 'red')]
    },
    everyMs: () => everyMs,
    now: () => at,
  })
  return { kept, asked, most }
}

test('each domain that is due is looked at, a few beside each other, and its records are kept', async () => {
  const many = Array.from({ length: 9 }, (_, index) => `d${index}.test`)
  const { kept, asked, most } = await round([...many, 'bad.test'], hourMs)
  assert.deepEqual(asked, [at - hourMs])
  assert.deepEqual(kept.map(({ domain }) => domain).sort(), ['bad.test', ...many])
  assert.deepEqual(kept.find(({ domain }) => domain === 'bad.test')?.states, { mx: 'red' })
  assert.ok(most > 1 && most <= 4, `${most} at once`)
})

test('by a setting of 0 nothing is looked at', async () => {
  const { kept, asked } = await round(['one.test'], 0)
  assert.deepEqual([kept, asked], [[], []])
})
