import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import { findCycles } from './find-cycles.ts'

/** Folders of the console, and what each may import beside itself and the contract. */
const consoleLayers: Readonly<Record<string, readonly string[]>> = {
  api: [],
  session: ['api'],
  ui: ['api', 'session'],
  features: ['api', 'session', 'ui'],
  routes: ['api', 'session', 'ui', 'features'],
}
const packages =
  /^(react|react-dom|react-router|lucide-react|recharts|@mantine|@tanstack|@simplewebauthn|@mailkeep\/contract)($|\/)/
const importPattern =
  /(?:^|\n)\s*(?:import|export)\b(\s+type\b)?(?:[^'";]*?\bfrom)?\s*'([^']+)'|\bimport\('([^']+)'\)/g

/**
 * Checks who imports whom in console/src: routes stand on features, features on ui, and no feature on another. Files at
 * the root join them. Nothing reaches out of the folder but to the contract and the libraries named here.
 */
export function checkConsoleLayers(source: string): string[] {
  const faults: string[] = []
  const graph = new Map<string, string[]>()
  for (const file of listFiles(source)) {
    const found = readImports(source, file)
    graph.set(
      file,
      found.filter((each) => each.isOwn && !each.isLate).map((each) => each.target),
    )
    for (const { target, isOwn } of found) {
      const fault = isOwn ? judgeArrow(source, file, target) : judgePackage(target)
      if (fault !== null) faults.push(`console/src/${file}: ${fault}`)
    }
  }
  return [...faults, ...findCycles(graph)]
}

function listFiles(source: string): string[] {
  return readdirSync(source, { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.tsx?$/.test(name) && !/\.test\.tsx?$/.test(name))
    .sort()
}

interface Import {
  readonly target: string
  readonly isOwn: boolean
  /** Loaded when it is needed, or for its types alone: no circle can come of it. */
  readonly isLate: boolean
}

function readImports(source: string, file: string): Import[] {
  const text = readFileSync(join(source, file), 'utf8').replace(/\/\*[\s\S]*?\*\//g, '')
  return [...text.matchAll(importPattern)].map(([, type, now, late]) => {
    const name = now ?? late ?? ''
    const isOwn = name.startsWith('.')
    const target = isOwn ? relative(source, resolve(source, dirname(file), name)) : name
    return { target, isOwn, isLate: now === undefined || type !== undefined }
  })
}

function judgeArrow(source: string, file: string, target: string): string | null {
  if (target.startsWith('..')) return `imports ${target}, which is not of the console`
  if (!existsSync(join(source, target))) return `imports ${target}, which is not there; name the ending too`
  const [from = '', fromArea] = placeOf(file)
  const [to = '', toArea] = placeOf(target)
  if (from === '') return null
  if (!(from in consoleLayers)) return `${from}/ is not in the table of scripts/check-console-layers.ts`
  if (from === to)
    return from === 'features' && fromArea !== toArea ? `a feature must not import another (${target})` : null
  return consoleLayers[from]?.includes(to) ? null : `${from} must not import ${to || 'a file at the root'}`
}

function judgePackage(name: string): string | null {
  return packages.test(name)
    ? null
    : `imports ${name}, which no page needs so far; see scripts/check-console-layers.ts`
}

function placeOf(path: string): string[] {
  return path.includes('/') ? path.split('/').slice(0, -1) : []
}
