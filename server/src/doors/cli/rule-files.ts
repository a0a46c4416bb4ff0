import { readFileSync } from 'node:fs'
import { exportRules, importRules } from '#services/policy/copy-rules.ts'
import { ruleTemplates } from '#services/policy/rule-templates.ts'
import { readScope } from '#services/policy/scope.ts'
import { UseError } from './arguments.ts'
import { policyOrderOf } from './order-of.ts'
import type { SiteCommand } from './site-command.ts'
import { table } from './table.ts'

/** `rule templates`: what `rule add --template` can make. */
export const listTemplates: SiteCommand = {
  name: 'templates',
  summary: 'lists the templates of rules',
  help: `Usage: mailkeep rule templates
Lists the templates that "rule add LEVEL --template NAME" makes rules of.`,
  options: {},
  async run(_site, _given, out) {
    const templates = ruleTemplates.map(({ name, about, needs }) => ({ name, about, needs }))
    const rows = templates.map((each) => [each.name, each.about, each.needs ?? '-'])
    out.answer({ templates }, table(['template', 'what it does', 'needs'], rows))
    return 0
  },
}

/** `rule export`. */
export const exportCommand: SiteCommand = {
  name: 'export',
  summary: 'writes rules as JSON',
  help: `Usage: mailkeep rule export [LEVEL]
Writes the rules of a level, or of all, to standard output, in the form that "rule import" takes.`,
  options: {},
  async run(site, given, out) {
    const [level] = given.words
    const scope = level === undefined ? null : (await readScope(level, site.directory)).name
    const file = await exportRules(site.policy, scope)
    out.answer(file, JSON.stringify(file, null, 2))
    return 0
  },
}

/** `rule import`. */
export const importCommand: SiteCommand = {
  name: 'import',
  summary: 'adds rules from JSON',
  help: `Usage: mailkeep rule import FILE [--level LEVEL] [--replace] [--off]
Adds the rules of a file behind those of their levels. Where one of them cannot be taken, none is.
  --level    all rules go to this level, whatever the file says
  --replace  the rules that these levels have now are deleted
  --off      none of them runs before "rule enable"`,
  options: { level: { type: 'string' }, replace: { type: 'boolean' }, off: { type: 'boolean' } },
  async run(site, given, out) {
    const [path, ...more] = given.words
    if (path === undefined || more.length > 0) throw new UseError('name one file')
    const terms = {
      level: given.text('level') ?? null,
      replace: given.flag('replace'),
      off: given.flag('off'),
    }
    const rules = await importRules(policyOrderOf(site), readJson(path), terms, site.checkRule)
    await site.publish()
    out.answer({ rules }, `Added ${rules.length} rules: ${rules.map((each) => each.id).join(', ')}.`)
    return 0
  },
}

/** @throws UseError */
export function readJson(path: string): unknown {
  try {
    return JSON.parse(readFileSync(path, 'utf8'))
  } catch (cause) {
    throw new UseError(`${path}: ${(cause as Error).message}`)
  }
}
