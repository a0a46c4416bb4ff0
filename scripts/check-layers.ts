/**
 * Checks who imports whom. The table below is the law; ARCHITECTURE.md shows the same one.
 * Reports: an arrow that the table does not allow, a value where only types are allowed, a cycle,
 * a folder in the tree and not in the table (or the reverse), a folder missing from server/src/README.md.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import { checkConsoleLayers } from './check-console-layers.ts'
import { findCycles } from './find-cycles.ts'

interface Rule {
  readonly values: readonly string[]
  readonly types?: readonly string[]
}

const ground = ['ground/mail', 'ground/patterns', 'ground/platform']

/** Folder, and what it may import: values, and types only. A folder may always import itself. */
export const layers: Readonly<Record<string, Rule>> = {
  'ground/mail': { values: [] },
  'ground/patterns': { values: [] },
  'ground/platform': { values: [] },
  'ground/learning': { values: [] },
  'ground/senders': { values: [] },
  'ground/files': { values: ['ground/mail'] },
  'ground/bounces': { values: ['ground/mail', 'ground/mail-reports', 'ground/patterns'] },
  'ground/mail-reports': { values: ['ground/mail', 'ground/files'] },
  'ground/storage': {
    values: [...ground, 'ground/learning'],
    types: [
      'ground/senders',
      'flow/gateway',
      'flow/spool',
      'flow/inspection',
      'flow/delivery',
      'services/ledger',
      'services/directory',
      'services/access',
      'services/branding',
      'services/webhooks',
      'services/definitions',
      'services/dmarc',
      'services/domain-reports',
      'services/daily-reports',
      'services/learning',
      'services/links',
      'services/policy',
      'services/lists',
      'services/scanners',
      'services/quarantine',
      'services/queue',
      'services/reports',
      'services/dkim',
      'services/history',
      'services/upstream',
      'services/bypass',
      'services/radar',
      'services/domain-claims',
      'services/status',
      'services/subscribers',
      'services/watch',
      'services/drill',
      'services/backup',
      'services/incidents',
      'services/relay',
      'services/held',
      'services/suppression',
      'services/senders',
      'services/person',
      'services/sync',
      'services/tasks',
      'services/review',
      'services/content',
      'services/search',
      'services/statistics',
      'services/alarms',
    ],
  },
  'flow/spool': { values: ground },
  'flow/inspection': { values: [...ground, 'ground/files'], types: ['flow/spool', 'ground/learning'] },
  'flow/checks': {
    values: [...ground, 'ground/files', 'ground/learning', 'ground/mail-reports'],
    types: ['flow/inspection', 'flow/spool'],
  },
  'flow/gateway': { values: [...ground, 'ground/senders', 'flow/spool', 'flow/inspection'] },
  'flow/delivery': { values: [...ground, 'ground/bounces', 'flow/spool'] },
  'services/ledger': { values: ground, types: ['flow/spool', 'flow/inspection', 'flow/delivery'] },
  'services/directory': {
    values: [...ground, 'services/ledger'],
    types: ['flow/spool', 'flow/inspection', 'flow/delivery'],
  },
  // Metadata and answers of SAML are read as XML with the bounds that reports of strangers have.
  'services/access': {
    values: [...ground, 'ground/mail-reports', 'services/ledger', 'services/directory'],
  },
  'services/quarantine': {
    values: [...ground, 'services/ledger', 'services/directory', 'services/policy', 'services/tasks'],
    types: ['flow/spool', 'flow/inspection', 'flow/delivery'],
  },
  'services/reports': {
    values: [...ground, 'services/ledger', 'services/directory', 'services/quarantine'],
    types: ['flow/spool'],
  },
  'services/person': { values: [...ground, 'services/ledger', 'services/directory', 'services/tasks'] },
  'services/configuration': {
    values: [...ground, 'services/ledger', 'services/directory', 'services/policy'],
  },
  'services/retention': { values: [...ground, 'services/ledger', 'services/directory', 'services/policy'] },
  'services/dkim': { values: [...ground, 'services/ledger', 'services/directory'] },
  'services/history': {
    values: [
      ...ground,
      'ground/mail-reports',
      'services/ledger',
      'services/directory',
      'services/status',
      'services/incidents',
    ],
  },
  'services/upstream': {
    values: [...ground, 'services/history', 'services/incidents', 'services/status', 'services/watch'],
  },
  'services/radar': {
    values: [...ground, 'services/access', 'services/ledger', 'services/directory'],
    types: ['flow/spool', 'flow/delivery'],
  },
  'services/senders': {
    values: [...ground, 'ground/senders', 'services/ledger', 'services/directory'],
    types: ['flow/spool'],
  },
  'services/held': {
    values: [...ground, 'services/access', 'services/ledger', 'services/directory', 'services/retention'],
    types: ['flow/spool'],
  },
  'services/drill': {
    values: [
      ...ground,
      'services/access',
      'services/alarms',
      'services/directory',
      'services/incidents',
      'services/ledger',
      'services/status',
      'services/watch',
    ],
  },
  'services/backup': { values: [...ground, 'services/access', 'services/ledger', 'services/directory'] },
  'services/bypass': { values: [...ground, 'services/ledger', 'services/directory'] },
  'services/domain-claims': { values: [...ground, 'services/ledger', 'services/directory'] },
  'services/sending': {
    values: [...ground, 'services/ledger', 'services/directory'],
    types: ['flow/delivery'],
  },
  'services/subscribers': {
    values: [
      ...ground,
      'ground/bounces',
      'services/ledger',
      'services/directory',
      'services/access',
      'services/status',
    ],
  },
  // Not the contract: of it the one file that knows no HTTP, so that status page and console read one Markdown.
  'services/status': {
    values: [...ground, 'services/ledger', 'services/directory', 'services/watch', 'contract/markdown'],
  },
  'services/watch': { values: [...ground, 'services/ledger', 'services/directory'] },
  'services/incidents': {
    values: [
      ...ground,
      'services/ledger',
      'services/directory',
      'services/status',
      'services/search',
      'services/tasks',
      'services/watch',
    ],
    types: ['flow/spool'],
  },
  'services/relay': { values: [...ground, 'services/ledger', 'services/directory'] },
  'services/suppression': {
    values: [...ground, 'ground/bounces', 'ground/mail-reports', 'services/ledger', 'services/directory'],
  },
  'services/tasks': { values: ground },
  'services/review': {
    values: [
      ...ground,
      'services/access',
      'services/ledger',
      'services/directory',
      'services/quarantine',
      'services/policy',
    ],
    types: ['flow/spool'],
  },
  'services/content': { values: [...ground, 'services/ledger', 'services/access'] },
  'services/search': {
    values: [...ground, 'services/ledger', 'services/tasks', 'services/queue', 'services/quarantine'],
    types: ['flow/spool'],
  },
  'services/sync': {
    values: [...ground, 'services/ledger', 'services/directory', 'services/access'],
  },
  // As with status: the one file of the contract that says where orders start from, so that the console offers no other.
  'services/queue': {
    values: [
      ...ground,
      'services/ledger',
      'services/directory',
      'services/tasks',
      'contract/queue-action-states',
    ],
    types: ['flow/spool', 'flow/inspection', 'flow/delivery'],
  },
  'services/definitions': {
    values: [...ground, 'services/ledger', 'services/directory'],
    types: ['flow/spool', 'flow/inspection'],
  },
  'services/domain-reports': { values: ground, types: ['services/ledger'] },
  'services/dmarc': { values: ground },
  'services/certificates': { values: [...ground, 'services/access'] },
  'services/daily-reports': { values: ground, types: ['services/dmarc'] },
  'services/learning': {
    values: [...ground, 'ground/learning', 'services/ledger', 'services/directory'],
  },
  'services/links': { values: ground },
  'services/lists': { values: [...ground, 'services/ledger'] },
  'services/alarms': {
    values: [...ground, 'services/ledger', 'services/directory', 'services/access', 'services/webhooks'],
  },
  'services/statistics': { values: [...ground, 'services/ledger', 'services/directory'] },
  'services/scanners': { values: [...ground, 'services/ledger'] },
  'services/policy': {
    values: [...ground, 'services/ledger', 'services/directory', 'services/tasks'],
    types: ['flow/inspection'],
  },
  'services/webhooks': {
    values: [...ground, 'services/access', 'services/ledger', 'services/directory'],
  },
  'services/maintenance': {
    values: [...ground, 'services/access', 'services/ledger', 'services/directory'],
  },
  'services/branding': {
    values: [...ground, 'ground/files', 'services/access', 'services/ledger', 'services/directory'],
  },
  'doors/api': {
    values: [
      'services/person',
      'services/senders',
      'services/held',
      'services/webhooks',
      'services/maintenance',
      'services/dkim',
      'services/history',
      'services/upstream',
      'services/bypass',
      'services/radar',
      'services/domain-claims',
      'services/sending',
      'services/status',
      'services/subscribers',
      'services/watch',
      'services/drill',
      'services/backup',
      'services/incidents',
      'services/relay',
      'services/suppression',
      'services/branding',
      'services/content',
      'services/access',
      'services/alarms',
      'services/statistics',
      'services/dmarc',
      'services/domain-reports',
      'services/ledger',
      'services/sync',
      'services/directory',
      'services/quarantine',
      'services/retention',
      'services/queue',
      'services/tasks',
      'services/review',
      'services/search',
      'services/policy',
      'services/reports',
      'services/definitions',
      'services/learning',
      'services/lists',
      'contract',
      'ground/platform',
    ],
  },
  'doors/cli': {
    values: [
      'doors/supervisor',
      'services/senders',
      'services/certificates',
      'services/content',
      'services/held',
      'services/webhooks',
      'services/maintenance',
      'services/dkim',
      'services/history',
      'services/upstream',
      'services/bypass',
      'services/radar',
      'services/domain-claims',
      'services/sending',
      'services/status',
      'services/subscribers',
      'services/watch',
      'services/drill',
      'services/incidents',
      'services/relay',
      'services/suppression',
      'services/branding',
      'services/access',
      'services/policy',
      'services/alarms',
      'services/statistics',
      'services/ledger',
      'services/definitions',
      'services/dmarc',
      'services/domain-reports',
      'services/links',
      'services/learning',
      'services/lists',
      'services/scanners',
      'services/sync',
      'services/directory',
      'services/quarantine',
      'services/retention',
      'services/queue',
      'services/configuration',
      'services/person',
      'services/tasks',
      'services/review',
      'services/search',
      'services/reports',
      'contract',
      'ground/platform',
    ],
  },
  'doors/supervisor': { values: ['ground/platform'] },
  'doors/status': { values: ['services/status', 'ground/platform'] },
  'doors/jobs': {
    values: [
      'services/senders',
      'services/status',
      'services/subscribers',
      'services/watch',
      'services/radar',
      'services/held',
      'services/daily-reports',
      'services/webhooks',
      'services/sending',
      'services/branding',
      'services/content',
      'services/access',
      'services/alarms',
      'services/statistics',
      'services/ledger',
      'services/definitions',
      'services/dmarc',
      'services/domain-reports',
      'services/learning',
      'services/links',
      'services/lists',
      'services/scanners',
      'services/sync',
      'services/directory',
      'services/quarantine',
      'services/retention',
      'services/policy',
      'services/queue',
      'services/tasks',
      'services/review',
      'services/search',
      'services/reports',
      'ground/platform',
    ],
  },
}

/** Files at the root of server/src that wire the others; they may import everything. */
const roots = [
  'main.ts',
  'app.ts',
  'inspection-thread.ts',
  'content-thread.ts',
  'store-thread.ts',
  'search-thread.ts',
  'policy-thread.ts',
  'site.ts',
  'find-place.ts',
  'store-here.ts',
  'test-site.ts',
  'test-engines.ts',
  'serve.ts',
]

/** Files that may import everything: those at the root, and the parts of them that lie in wiring/. */
function isRoot(file: string): boolean {
  return roots.includes(file) || file.startsWith('wiring/')
}

interface Import {
  readonly target: string
  readonly typeOnly: boolean
  readonly line: number
}

/** Checks a source tree; returns one sentence for each fault. */
export function checkLayers(source: string, table: Readonly<Record<string, Rule>> = layers): string[] {
  const files = listFiles(source)
  const faults = [...checkFolders(source, files, table)]
  const graph = new Map<string, string[]>()
  for (const file of files) {
    const imports = readImports(source, file)
    graph.set(
      file,
      imports.filter((each) => !each.typeOnly).map((each) => each.target),
    )
    if (!isRoot(file)) faults.push(...checkArrows(file, imports, table))
  }
  return [...faults, ...findCycles(graph)]
}

function listFiles(source: string): string[] {
  return readdirSync(source, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts'))
    .sort()
}

/** `flow/checks` of what lies anywhere below it, `wiring` of what lies in it; empty for the root. */
function folderOf(path: string): string {
  return path.split('/').slice(0, -1).slice(0, 2).join('/')
}

function* checkFolders(
  source: string,
  files: string[],
  table: Readonly<Record<string, Rule>>,
): Generator<string> {
  const present = new Set(files.filter((file) => file.includes('/')).map(folderOf))
  const readmePath = join(source, 'README.md')
  const readme = existsSync(readmePath) ? readFileSync(readmePath, 'utf8') : ''
  for (const file of files) {
    if (!file.includes('/') && !roots.includes(file))
      yield `${file}: only ${roots.join(', ')} may lie here; move it into a folder`
  }
  for (const folder of present) {
    if (folder !== 'wiring' && !(folder in table))
      yield `${folder}: not in the layer table of scripts/check-layers.ts`
    if (!readme.includes(`\`${folder}\``)) yield `${folder}: not in server/src/README.md`
  }
  for (const folder of Object.keys(table)) {
    if (!present.has(folder)) yield `${folder}: in the layer table, but there is no such folder`
  }
}

function* checkArrows(
  file: string,
  imports: Import[],
  table: Readonly<Record<string, Rule>>,
): Generator<string> {
  const from = folderOf(file)
  const rule = table[from]
  if (!rule) return
  for (const each of imports) {
    const to = each.target.startsWith('contract') ? each.target : folderOf(each.target)
    if (to === from || rule.values.includes(to)) continue
    if (rule.types?.includes(to)) {
      if (!each.typeOnly)
        yield `${file}:${each.line}: imports a value of ${to}; only types are allowed (import type)`
    } else yield `${file}:${each.line}: ${from} must not import ${to}`
  }
}

const importPattern = /^\s*(import|export)\s+(type\s+)?(?:[^'";]*?\sfrom\s+)?'([^']+)'/gm
/** Loaded later, but named in the source: it counts like any other import. */
const latePattern = /\bimport\('([^']+)'\)/g
const dynamicPattern = /\bimport\s*\(|\brequire\s*\(/

function readImports(source: string, file: string): Import[] {
  const text = readFileSync(join(source, file), 'utf8')
  const found: Import[] = []
  for (const match of text.matchAll(importPattern)) {
    const specifier = match[3] ?? ''
    const target = resolveSpecifier(source, file, specifier)
    if (target === null) continue
    found.push({
      target,
      typeOnly: match[2] !== undefined,
      line: text.slice(0, match.index + match[0].search(/\S/)).split('\n').length,
    })
  }
  const code = text.replace(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, '')
  for (const [late, specifier = ''] of code.matchAll(latePattern)) {
    const target = resolveSpecifier(source, file, specifier)
    const line = text.slice(0, text.indexOf(late)).split('\n').length
    if (target !== null) found.push({ target, typeOnly: false, line })
  }
  const dynamic = dynamicPattern.exec(code.replace(latePattern, ''))
  if (dynamic) found.push({ target: 'a-file-chosen-at-run-time/import()/any', typeOnly: false, line: 1 })
  return found
}

function resolveSpecifier(source: string, file: string, specifier: string): string | null {
  if (specifier.startsWith('#')) return specifier.slice(1)
  if (specifier.startsWith('.')) return relative(source, resolve(source, dirname(file), specifier))
  // `contract`, or a file of it that is offered by itself: each is allowed by its name.
  return specifier.startsWith('@mailkeep/') ? specifier.slice('@mailkeep/'.length) : null
}

if (import.meta.main) {
  const faults = [
    ...checkLayers(join(import.meta.dirname, '../server/src')),
    ...checkConsoleLayers(join(import.meta.dirname, '../console/src')),
  ]
  for (const fault of faults) console.error(fault)
  process.exitCode = faults.length > 0 ? 1 : 0
}
