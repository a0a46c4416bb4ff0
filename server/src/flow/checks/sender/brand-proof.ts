import type { CheckTools, Finding } from '#flow/inspection/check.ts'
import { brandsOfHost } from './brands.ts'
import { createFinding } from './sender-finding.ts'
import type { SenderView } from './sender-view.ts'

/**
 * Mail in the name of a brand's own domain that fails DMARC although the policy of that domain asks for nothing.
 * What could not be checked, or has no record, is no failure.
 */
export async function findUnprovenBrand({ author }: SenderView, tools: CheckTools): Promise<Finding[]> {
  const [brand] = brandsOfHost(author.host)
  if (!brand || !tools.resultOf) return []
  const dmarc = (await resultWithin(tools.resultOf('authentication'), tools.budgetMs / 2))?.facts?.dmarc as
    | { readonly result?: unknown }
    | null
    | undefined
  if (dmarc?.result !== 'fail') return []
  return [
    createFinding(
      'brand-unproven',
      120,
      `The message says it is from ${brand.name} at ${author.host}, and nothing proves it.`,
      { brand: brand.name, host: author.host },
      'spoof',
    ),
  ]
}

/** A check that is slow must not take this one with it. */
async function resultWithin<Result>(result: Promise<Result>, ms: number): Promise<Result | null> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<null>((resolve) => {
    timer = setTimeout(() => resolve(null), ms)
  })
  return Promise.race([result, late]).finally(() => clearTimeout(timer))
}
