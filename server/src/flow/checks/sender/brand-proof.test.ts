import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { CheckResult, CheckTools } from '#flow/inspection/check.ts'
import { findUnprovenBrand } from './brand-proof.ts'
import type { SenderView } from './sender-view.ts'

const authorAt = (host: string) => ({ author: { host } }) as SenderView
const tools = (resultOf?: () => Promise<CheckResult | null>) =>
  ({ budgetMs: 100, resultOf }) as unknown as CheckTools
const dmarc = (result: string) => tools(async () => ({ findings: [], facts: { dmarc: { result } } }))

test('a brand that fails DMARC is unproven, whatever its policy asks for', async () => {
  const [finding] = await findUnprovenBrand(authorAt('mail.paypal.com'), dmarc('fail'))
  assert.equal(finding?.code, 'brand-unproven')
  assert.deepEqual(await findUnprovenBrand(authorAt('tulips.example'), dmarc('fail')), [])
})

test('what passed, could not be checked, has no record or takes too long is no failure', async () => {
  for (const result of ['pass', 'temperror', 'none'])
    assert.deepEqual(await findUnprovenBrand(authorAt('paypal.com'), dmarc(result)), [])
  assert.deepEqual(await findUnprovenBrand(authorAt('paypal.com'), tools()), [])
  assert.deepEqual(
    await findUnprovenBrand(
      authorAt('paypal.com'),
      tools(async () => null),
    ),
    [],
  )
  assert.deepEqual(
    await findUnprovenBrand(
      authorAt('paypal.com'),
      tools(() => new Promise(() => {})),
    ),
    [],
  )
})
