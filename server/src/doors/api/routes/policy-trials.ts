import { type BenchQuestion, type DryRun, routes } from '@mailkeep/contract'
import type { FastifyInstance } from 'fastify'
import { besideQuestion } from '#ground/platform/asked-once.ts'
import { type Principal, reachesTenant, reachOfMail } from '#services/access/principal.ts'
import { readWithin } from '#services/ledger/read-within.ts'
import { assertProposes, dryRunKind } from '#services/policy/dry-run-task.ts'
import { BenchBusyError, type DryRunFound, type DryRunOrder } from '#services/policy/policy-bench.ts'
import { readProposal } from '#services/policy/read-proposal.ts'
import type { Scope } from '#services/policy/scope.ts'
import { startAndWait } from '#services/tasks/start-task.ts'
import type { StoredTask } from '#services/tasks/task-store.ts'
import { describeBench } from '../answers/describe-bench.ts'
import { describeDryRun } from '../answers/describe-dry-run.ts'
import { describeTask } from '../answers/describe-task.ts'
import { problems } from '../api-problem.ts'
import { PolicyDoor } from '../policy-door.ts'
import { addRoute } from './add-route.ts'
import type { ApiContext } from './api-context.ts'

const waitMs = 1200
const hourMs = 3_600_000

/** `/api/v1/policy/try` and `/dry-runs`: what changes would do, before they are made. */
export function policyTrialRoutes(app: FastifyInstance, { parts }: ApiContext): void {
  const door = new PolicyDoor(parts)
  const { policy, ledger, tenancy, clock } = parts

  /** A dry run tells of mail: it is shown while whoever ordered it reaches his tenant and the level that it was for. */
  const isWithin = async (principal: Principal, { tenant, order }: StoredTask): Promise<boolean> => {
    const { proposal } = order as unknown as DryRunOrder
    const scope = await door.level(principal, proposal.scope).catch(() => null)
    return scope?.name === proposal.scope && reachesTenant(principal, tenant)
  }
  const record = (principal: Principal, tenant: string, what: string, detail: object) =>
    besideQuestion(() =>
      tenancy.recordChange(clock.now(), what, principal.who, detail, { tenant, ip: principal.ip }),
    )

  /**
   * A kept message with a delivery in reach, whose content is looked into: each tenant of such a delivery can see in
   * his log who has.
   */
  const openMessage = async (principal: Principal, id: string) => {
    if (!principal.rights.has('content.read')) throw problems.forbidden()
    const found = await readWithin(ledger, id, reachOfMail(principal))
    if (found?.kind !== 'message') throw problems.noSuchMessage(id)
    for (const tenant of new Set(found.deliveries.map((each) => each.tenant)))
      await record(principal, tenant, 'policy-tried', { message: id })
  }
  const messageOf = async (principal: Principal, scope: Scope, question: BenchQuestion) => {
    const { messageId, message, envelope = {} } = question
    if ((messageId === undefined) === (message === undefined))
      throw problems.wrongQuery('Name a kept message, or give the source of one.')
    if (messageId !== undefined) {
      await openMessage(principal, messageId)
      return { id: messageId }
    }
    const { ip = '192.0.2.1', helo = '', mailFrom = '', rcptTo = [] } = envelope
    // What is in force for somebody else is none of his business.
    const stranger = rcptTo.find((each) => !policy.levelsOf(each).includes(scope.name))
    if (stranger !== undefined)
      throw problems.wrongQuery(
        `${stranger} is not of ${scope.name}: name recipients of that level, or none.`,
      )
    return { source: message ?? '', envelope: { ip, helo, mailFrom, rcptTo: [...rcptTo] } }
  }

  addRoute(app, routes.tryPolicy, async ({ principal, body }) => {
    const scope = await door.level(principal, body.level)
    const order = door.order(principal)
    const proposal = await readProposal(order, scope, body.proposal ?? {}, policy.checkRule)
    const message = await messageOf(principal, scope, body)
    const found = await policy.bench
      .tryMessage({ proposal, chain: scope.chain, message })
      .catch((cause: unknown) => {
        if (cause instanceof BenchBusyError) throw problems.notAvailable(sentence(cause.message))
        throw problems.busy(`It could not be tried: ${(cause as Error).message}.`)
      })
    if (found === null) throw problems.notFound('The content of this message is kept no more.')
    return describeBench(found, order.reaches)
  })
  addRoute(app, routes.startDryRun, async ({ principal, body }) => {
    const scope = await door.level(principal, body.level)
    const proposal = await readProposal(door.order(principal), scope, body.proposal, policy.checkRule)
    const until = clock.now()
    const since = until - (body.hours ?? 24) * hourMs
    const mayContent = principal.rights.has('content.read')
    const tenant = scope.name.startsWith('tenant:') ? null : scope.tenant
    const order: DryRunOrder = { proposal, since, until, tenant, mayContent }
    assertProposes(order)
    await record(principal, scope.tenant, 'policy-dry-run', { scope: scope.name, mayContent })
    const { tenants } = principal
    const within = tenants === null ? undefined : { tenants: [...tenants], domains: null }
    const minutes = await ledger.minutes(since, until, within)
    const task = await startAndWait(
      parts.tasks,
      {
        kind: dryRunKind,
        who: principal.who,
        ip: principal.ip,
        tenant: principal.tenant,
        order: order as unknown as Readonly<Record<string, unknown>>,
        total: minutes.reduce((sum, each) => sum + each.accepted, 0),
      },
      waitMs,
    )
    return describe(task)
  })
  addRoute(app, routes.dryRun, async ({ principal, params }) => {
    const task = await parts.tasks.readTasks.read(params.run)
    const isOwn = task?.kind === dryRunKind && task.who === principal.who
    if (!isOwn || !(await isWithin(principal, task)))
      throw problems.notFound('There is no such dry run of yours, or it was longer than 30 days ago.')
    return describe(task)
  })
}

function describe(task: StoredTask): DryRun {
  const result = task.result as DryRunFound | null
  return {
    task: describeTask(task),
    result: result && describeDryRun(task.order as unknown as DryRunOrder, result),
  }
}

function sentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`
}
