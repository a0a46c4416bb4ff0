// Plain JavaScript on purpose, as install.mjs beside it: it runs on whatever Node started npm.
// Builds the console into console/dist when its sources have changed since: the stamp holds the hash of all of them.
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { brotliCompressSync, constants, gzipSync } from 'node:zlib'

const root = fileURLToPath(new URL('..', import.meta.url))
const dist = join(root, 'console/dist')
const manifest = 'manifest.json'
const sources = [
  'console/src',
  'contract/src',
  'console/index.html',
  'console/vite.config.ts',
  'scripts/build-console.mjs',
]

/** Builds the console unless what is there is of these sources. Answers whether it built; throws where it could not. */
export function buildConsole() {
  const stamp = stampOf()
  if (readStamp() === stamp) return false
  console.error('Building the console (once, and again when its sources change) ...')
  const fresh = join(root, `console/dist.${process.pid}`)
  const old = `${fresh}.old`
  try {
    runVite(fresh)
    writePreloads(fresh)
    compressFiles(fresh)
    writeFileSync(join(fresh, 'stamp'), stamp)
    // Swapped in one step: a server that is running finds the old files or the new ones, never half of them.
    if (existsSync(dist)) renameSync(dist, old)
    renameSync(fresh, dist)
  } catch (cause) {
    // Somebody else has built the same in the meantime.
    if (readStamp() !== stamp) throw cause
  } finally {
    for (const folder of [fresh, old]) rmSync(folder, { recursive: true, force: true })
  }
  return true
}

function runVite(outDir) {
  const bin = join(root, 'node_modules/.bin')
  const vite = join(root, 'node_modules/vite/bin/vite.js')
  const args = [
    vite,
    'build',
    join(root, 'console'),
    '--outDir',
    outDir,
    '--manifest',
    manifest,
    '--logLevel',
    'warn',
  ]
  const run = spawnSync(join(bin, 'node'), args, {
    cwd: root,
    stdio: ['ignore', process.stderr, process.stderr],
  })
  if (run.status !== 0) throw new Error('the console could not be built; its own words stand above')
}

/**
 * What each page needs beside what all of them need: the door names it in the page, so that a browser fetches it at
 * once and not after it has run the rest. Paths are those of console/src/routes.tsx.
 */
function writePreloads(folder) {
  const chunks = JSON.parse(readFileSync(join(folder, manifest), 'utf8'))
  rmSync(join(folder, manifest))
  const filesOf = (name, found = new Set()) => {
    const { file, css = [], imports = [] } = chunks[name]
    for (const each of [file, ...css]) found.add(each)
    for (const each of imports) if (!found.has(chunks[each].file)) filesOf(each, found)
    return found
  }
  const always = filesOf('index.html')
  const routes = readFileSync(join(root, 'console/src/routes.tsx'), 'utf8')
  const pages = [...routes.matchAll(/path: '([^']+)',.*?import\('\.\/(routes\/[^']+)'\)/gs)]
  const preloads = pages.map(([, path, source]) => ({
    path,
    files: [...filesOf(`src/${source}`)].filter((each) => !always.has(each)),
  }))
  if (preloads.length === 0) throw new Error('console/src/routes.tsx has no pages that could be read')
  writeFileSync(join(folder, 'preloads.json'), JSON.stringify(preloads))
}

/** Next to each file its compressed forms, so that the door need not compress anything. */
function compressFiles(folder) {
  for (const file of listFiles(folder)) {
    if (!/\.(js|css|svg)$/.test(file)) continue
    const content = readFileSync(file)
    writeFileSync(`${file}.gz`, gzipSync(content, { level: 9 }))
    writeFileSync(
      `${file}.br`,
      brotliCompressSync(content, { params: { [constants.BROTLI_PARAM_QUALITY]: 10 } }),
    )
  }
}

function stampOf() {
  const hash = createHash('sha256')
  for (const source of sources)
    for (const file of listFiles(join(root, source)))
      if (!file.includes('.test.')) hash.update(file.slice(root.length)).update(readFileSync(file))
  // Libraries count by their versions.
  hash.update(readFileSync(join(root, 'package-lock.json')))
  return hash.digest('hex')
}

function readStamp() {
  const path = join(dist, 'stamp')
  return existsSync(path) ? readFileSync(path, 'utf8') : ''
}

/** Every file at or below a path, in an order that does not depend on the disk. */
function listFiles(path) {
  if (!statSync(path).isDirectory()) return [path]
  return readdirSync(path, { withFileTypes: true })
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((each) => listFiles(join(path, each.name)))
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  try {
    buildConsole()
  } catch (cause) {
    console.error(cause instanceof Error ? cause.message : cause)
    process.exitCode = 1
  }
}
