import { routes } from '@mailkeep/contract'
import type { FastifyInstance } from 'fastify'
import { domainOfName } from '#ground/platform/reach-names.ts'
import { isOfPeopleAlone } from '#services/access/principal.ts'
import { OrderError } from '#services/ledger/order-error.ts'
import { exportRules, importRules } from '#services/policy/copy-rules.ts'
import { ruleOfTemplate, ruleTemplates } from '#services/policy/rule-templates.ts'
import { domainsOf } from '#services/policy/scope.ts'
import { checkRuleAt } from '#services/policy/write-rule.ts'
import { PolicyDoor } from '../policy-door.ts'
import { addRoute } from './add-route.ts'
import type { ApiContext } from './api-context.ts'

/** What whoever writes rules needs beside them: words, templates, files, and whether one could be saved. */
export function ruleWritingRoutes(app: FastifyInstance, { parts }: ApiContext): void {
  const door = new PolicyDoor(parts)
  const { policy, tenancy } = parts
  const { checkRule } = policy

  addRoute(app, routes.checkRule, async ({ principal, body }) => {
    const scope = await door.level(principal, body.level)
    const why = await whyNot(checkRuleAt(door.order(principal), scope, body.rule, checkRule))
    return { ok: why === null, why }
  })
  addRoute(app, routes.exportRules, async ({ principal, query }) => ({
    ...(await exportRules(policy.reader, (await door.level(principal, query.level)).name)),
  }))
  addRoute(app, routes.importRules, async ({ principal, body }) => {
    const { name } = await door.level(principal, body.level)
    const terms = { level: name, replace: body.replace ?? false, off: body.off ?? false }
    const rules = await importRules(door.order(principal), body.file, terms, checkRule)
    await parts.publish()
    return { rules: rules.map(({ id }) => id) }
  })
  addRoute(app, routes.ruleWords, async () => ({
    fields: policy.words.fields.map(({ field, tests }) => ({ field, tests: [...tests] })),
    actions: [...policy.words.actions],
    holds: [...policy.words.holds],
    templates: ruleTemplates.map(({ name, about, needs }) => ({ name, about, needs })),
  }))
  addRoute(app, routes.fillTemplate, async ({ principal, body }) => {
    const scope = await door.level(principal, body.level)
    // Whoever looks after people of a domain hears of no other one.
    const domains = isOfPeopleAlone(principal) ? [domainOfName(scope.name)] : await domainsOf(scope, tenancy)
    const { name, direction, conditions, exceptions, actions } = ruleOfTemplate(body.template, {
      domains,
      given: body.with ?? [],
    })
    return {
      name,
      direction,
      conditions: conditions.map((each) => ({ ...each })),
      exceptions: exceptions.map((each) => ({ ...each })),
      actions: actions.map((each) => ({ ...each })),
    }
  })
}

/** What is wrong with an order, in its own words; null: nothing. */
async function whyNot(work: Promise<unknown>): Promise<string | null> {
  try {
    await work
    return null
  } catch (cause) {
    if (cause instanceof OrderError) return cause.message
    throw cause
  }
}
