import { routes } from '@mailkeep/contract'
import type { FastifyInstance } from 'fastify'
import type { Principal } from '#services/access/principal.ts'
import type { Candidate } from '#services/policy/candidate.ts'
import type { CandidateOrder } from '#services/policy/candidate-order.ts'
import { mostSteps } from '#services/policy/candidate-steps.ts'
import { collectEdits } from '#services/policy/collect-edits.ts'
import { promoteCandidate, takeBackCandidate, widenCandidate } from '#services/policy/end-candidate.ts'
import { defaultGuard, startCandidate } from '#services/policy/start-candidate.ts'
import { describeTrial, describeTrialDetails } from '../answers/describe-trial.ts'
import { problems } from '../api-problem.ts'
import { PolicyDoor } from '../policy-door.ts'
import { addRoute } from './add-route.ts'
import type { ApiContext } from './api-context.ts'

const mostLines = 100
const mostDifferences = 200
const hourMs = 3_600_000

/** `/api/v1/policy/trials`: changes that prove themselves before they are made for all. */
export function policyCandidateRoutes(app: FastifyInstance, { parts }: ApiContext): void {
  const door = new PolicyDoor(parts)
  const { candidates, readCandidates, checkRule, stepLimits } = parts.policy

  const order = (principal: Principal): CandidateOrder => ({ ...door.order(principal), candidates })
  /** One whose level is in reach, as it is now and as it was made for. */
  const find = async (principal: Principal, id: string): Promise<Candidate> => {
    const found = await candidates.read(id)
    if (found === null || !(await door.reaches(principal, found)))
      throw problems.notFound(`There is no change on trial ${id} in your reach.`)
    return found
  }
  const levelOf = async (principal: Principal, { id, scope: name }: Candidate) => {
    const scope = await door.level(principal, name).catch(() => null)
    if (scope?.name !== name)
      throw problems.notFound(`The level of ${id} is not there any more, or not in your reach.`)
    return scope
  }
  const show = async (candidate: Candidate, principal: Principal) =>
    describeTrial(candidate, await readCandidates.sums(candidate.id), principal)
  const showAll = async (candidate: Candidate, principal: Principal) =>
    describeTrialDetails(
      candidate,
      {
        hours: await readCandidates.hours(candidate.id),
        step: await readCandidates.stepCounts(candidate.id, candidate.stage),
        steps: await readCandidates.steps(candidate.id, mostSteps),
        differences: await readCandidates.differences(candidate.id, mostDifferences),
      },
      stepLimits(),
      principal,
    )

  addRoute(app, routes.policyTrials, async ({ principal, query: { level } }) => {
    const levels =
      level === undefined
        ? await door.all(principal)
        : { scopes: [(await door.level(principal, level)).name] }
    const tenants = principal.tenants && [...principal.tenants]
    const found = await readCandidates.list({ ...levels, tenants, limit: mostLines })
    return {
      lines: await Promise.all(found.map((each) => show(each, principal))),
    }
  })
  addRoute(app, routes.startPolicyTrial, async ({ principal, body }) => {
    const scope = await door.level(principal, body.level)
    const { guard = defaultGuard, promoteAfterHours = null, bySteps = false } = body
    const edits = await collectEdits(door.order(principal), scope, body.proposal, checkRule)
    if (edits.some(({ what }) => what === 'sender') && !principal.rights.has('lists.write'))
      throw problems.forbidden()
    const promoteAfterMs = promoteAfterHours === null ? null : promoteAfterHours * hourMs
    const terms = { guard, promoteAfterMs, bySteps }
    const started = await startCandidate(order(principal), scope, edits, terms)
    await parts.publish()
    return showAll(started, principal)
  })
  addRoute(app, routes.policyTrial, async ({ principal, params }) =>
    showAll(await find(principal, params.trial), principal),
  )
  addRoute(app, routes.widenPolicyTrial, async ({ principal, params, body }) => {
    const candidate = await find(principal, params.trial)
    await levelOf(principal, candidate)
    const { share, people = [] } = body
    const senders = candidate.edits.some(({ what }) => what === 'sender')
    if (senders && !principal.rights.has('lists.write')) throw problems.forbidden()
    const widened = await widenCandidate(order(principal), candidate, { share, people })
    await parts.publish()
    return show(widened, principal)
  })
  addRoute(app, routes.promotePolicyTrial, async ({ principal, params, body }) => {
    const candidate = await find(principal, params.trial)
    const scope = await levelOf(principal, candidate)
    const senders = candidate.edits.some(({ what }) => what === 'sender')
    if (senders && !principal.rights.has('lists.write')) throw problems.forbidden()
    const why = body.why || `promoted by ${principal.who}`
    const ended = await promoteCandidate(order(principal), candidate, scope, why)
    await parts.publish()
    return show(ended, principal)
  })
  addRoute(app, routes.takeBackPolicyTrial, async ({ principal, params, body }) => {
    const candidate = await find(principal, params.trial)
    const why = body.why || `taken back by ${principal.who}`
    const ended = await takeBackCandidate(order(principal), candidate, why)
    await parts.publish()
    return show(ended, principal)
  })
}
