import { type Rule, routes } from '@mailkeep/contract'
import type { FastifyInstance } from 'fastify'
import type { Principal } from '#services/access/principal.ts'
import type { KeptRule } from '#services/policy/policy-store.ts'
import { addRule, changeRule, deleteRule, moveRule, switchRule } from '#services/policy/write-rule.ts'
import { describeRule, etagOfRule } from '../answers/describe-rule.ts'
import { orChanged } from '../answers/or-changed.ts'
import { readRuleHits } from '../answers/rule-hits.ts'
import { problems } from '../api-problem.ts'
import { PolicyDoor } from '../policy-door.ts'
import { addRoute } from './add-route.ts'
import type { ApiContext } from './api-context.ts'

const pageSize = 25

/** `/api/v1/policy/rules`: message rules of a level. */
export function policyRuleRoutes(app: FastifyInstance, { parts }: ApiContext): void {
  const door = new PolicyDoor(parts)
  const { policy } = parts
  const { store, checkRule } = policy

  /** A rule in reach. */
  const find = async (principal: Principal, id: string): Promise<KeptRule> => {
    const rule = await store.rule(id)
    if (rule === null) throw problems.notFound(`There is no rule ${id} in your reach.`)
    await door.level(principal, rule.scope).catch(() => {
      throw problems.notFound(`There is no rule ${id} in your reach.`)
    })
    return rule
  }
  const show = async (rule: KeptRule): Promise<Rule> => {
    const ids = (await store.rules(rule.scope)).map(({ id }) => id)
    return describeRule(rule, ids.indexOf(rule.id) + 1, true)
  }
  const done = async (rule: KeptRule): Promise<Rule> => {
    await parts.publish()
    return show(rule)
  }

  addRoute(app, routes.rules, async ({ principal, query }) => {
    const { limit = pageSize } = query
    const scope = await door.level(principal, query.level)
    const rules = await policy.reader.rules(scope.name)
    const from = Number(query.after ?? 0)
    const lines = rules.slice(from, from + limit)
    const { hits, completeUpTo } = await readRuleHits(
      parts,
      lines.map(({ id }) => id),
    )
    return {
      completeUpTo,
      lines: lines.map((each, n) => ({ ...describeRule(each, from + n + 1, false), hits: hits[n] ?? null })),
      next: from + limit < rules.length ? String(from + limit) : null,
      total: rules.length,
    }
  })
  addRoute(app, routes.rule, async ({ principal, params }) => show(await find(principal, params.rule)))
  addRoute(app, routes.addRule, async ({ principal, body }) => {
    const { level, rule: text, enabled = true, locked = false, owner = '' } = body
    const scope = await door.level(principal, level)
    return done(await addRule(door.order(principal), scope, { text, enabled, locked, owner }, checkRule))
  })
  addRoute(app, routes.changeRule, async ({ principal, params, body, ifMatch }) => {
    const before = await find(principal, params.rule)
    if (ifMatch !== null && ifMatch !== etagOfRule(before))
      throw problems.changedMeanwhile(
        `The rule ${before.name || before.id} is no longer as you have seen it. Look again.`,
      )
    const { rule: text, ...traits } = body
    const changing = changeRule(door.order(principal), before, text, checkRule, traits)
    return done(await (ifMatch === null ? changing : orChanged(changing)))
  })
  addRoute(app, routes.switchRule, async ({ principal, params, body }) => {
    const { id } = await find(principal, params.rule)
    return done(await switchRule(door.order(principal), id, body.enabled))
  })
  addRoute(app, routes.moveRule, async ({ principal, params, body }) => {
    const rule = await find(principal, params.rule)
    await moveRule(door.order(principal), rule.id, body.place)
    return done(rule)
  })
  addRoute(app, routes.copyRule, async ({ principal, params, body }) => {
    const rule = await find(principal, params.rule)
    const scope = await door.level(principal, body.level)
    const copy = { text: rule, enabled: false, locked: rule.locked, owner: rule.owner }
    return done(await addRule(door.order(principal), scope, copy, checkRule))
  })
  addRoute(app, routes.deleteRule, async ({ principal, params }) => {
    const rule = await find(principal, params.rule)
    const shown = await show(rule)
    await deleteRule(door.order(principal), rule.id)
    await parts.publish()
    return shown
  })
}
