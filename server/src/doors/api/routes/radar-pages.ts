import type { FastifyInstance } from 'fastify'
import { isRefusalProof, refuseTests } from '#services/radar/refuse-tests.ts'
import { sharedTest } from '#services/radar/share-test.ts'
import { radarGonePage, radarResultPage } from '../page/radar-result-page.ts'
import { radarNoStopPage, radarStopPage, radarStoppedPage } from '../page/radar-stop-page.ts'
import type { ApiContext } from './api-context.ts'
import { readForm } from './read-form.ts'
import { addReviewPage } from './review-reply.ts'

type Link = { Params: { secret: string } }
type Stop = { Params: { proof: string }; Querystring: Record<string, unknown> }

const longestAddress = 320

/** Pages of Radar for people without an account: results that were shared, and the end of test mails. */
export function radarPageRoutes(app: FastifyInstance, context: ApiContext): void {
  const { radar, radarKey } = context.parts
  addReviewPage<Link>(app, context, ['GET', '/radar-result/:secret'], async (request) => {
    const { secret } = request.params
    const found = /^[\w-]{43}$/.test(secret) ? await sharedTest(radar, secret) : null
    if (!found) return { page: radarGonePage, code: 404 }
    return { page: radarResultPage(found.test, found.until, radar.now()) }
  })
  addReviewPage<Stop>(app, context, ['GET', '/radar-stop/:proof'], async (request) => {
    const { address } = request.query
    const { proof } = request.params
    const isRight = typeof address === 'string' && hasProof(address, proof, radarKey())
    return isRight ? { page: radarStopPage(address, proof) } : { page: radarNoStopPage, code: 404 }
  })
  addReviewPage<Stop>(app, context, ['POST', '/radar-stop/:proof'], async (request) => {
    const { address } = readForm(request.body, ['address'])
    if (!hasProof(address, request.params.proof, radarKey())) return { page: radarNoStopPage, code: 404 }
    await refuseTests(radar, address, `person:${address}`, context.who.addressOf(request))
    return { page: radarStoppedPage }
  })
}

function hasProof(address: string, proof: string, key: string): boolean {
  return address.length <= longestAddress && /^[\w-]{32}$/.test(proof) && isRefusalProof(address, proof, key)
}
