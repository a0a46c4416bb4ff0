/**
 * Checks the lock file: it names no registry host (the installation then works from whatever registry a machine is set
 * up for), and it has an entry for every platform's binary. npm leaves out those that it did not find when the file
 * was written, and `npm ci` then refuses the whole file. `--write` puts them in.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

interface Entry {
  readonly version?: string
  readonly resolved?: string
  readonly dev?: boolean
  readonly engines?: object
  readonly optionalDependencies?: Readonly<Record<string, string>>
}

interface LockFile {
  packages: Record<string, Entry>
}

const path = join(import.meta.dirname, '../package-lock.json')

/** One sentence for each fault. */
export function checkLock({ packages }: LockFile): string[] {
  const hosts = Object.entries(packages)
    .filter(([, { resolved }]) => resolved !== undefined && /^[a-z+]+:\/\//.test(resolved))
    .map(([name]) => `${name}: names a host to download from`)
  const missing = missingBinaries(packages).map(
    ([, name]) => `${name}: has no entry, so npm ci refuses; node scripts/check-lock.ts --write adds it`,
  )
  return [...hosts, ...missing]
}

/** Optional packages that have no entry: who asks for them, their name and version. */
function missingBinaries(packages: LockFile['packages']): [Entry, string, string][] {
  return Object.entries(packages).flatMap(([owner, entry]) =>
    Object.entries(entry.optionalDependencies ?? {})
      .filter(([name]) => !packages[`node_modules/${name}`] && !packages[`${owner}/node_modules/${name}`])
      .map(([name, version]): [Entry, string, string] => [entry, name, version]),
  )
}

const systems = [
  'aix',
  'android',
  'darwin',
  'freebsd',
  'linux',
  'netbsd',
  'openbsd',
  'openharmony',
  'sunos',
  'win32',
]
const processors = ['arm', 'arm64', 'ia32', 'loong64', 'ppc64', 'riscv64', 's390x', 'x64']

/** The entry of a binary for another machine, read from its name: enough for npm to pass it over here. */
export function entryFor(owner: Entry, name: string, version: string): object {
  const words = (name.split('/').at(-1) ?? '').split('-')
  const isMusl = words.some((each) => each.startsWith('musl'))
  const isGlibc = words.some((each) => each.startsWith('gnu'))
  const os = words.filter((each) => systems.includes(each))
  return {
    version,
    cpu: words.filter((each) => processors.includes(each)).slice(0, 1),
    ...(owner.dev && { dev: true }),
    ...((isMusl || isGlibc) && { libc: [isMusl ? 'musl' : 'glibc'] }),
    optional: true,
    ...(os.length > 0 && { os }),
    ...(owner.engines && { engines: owner.engines }),
  }
}

function complete(lock: LockFile): void {
  for (const [owner, name, version] of missingBinaries(lock.packages))
    lock.packages[`node_modules/${name}`] = entryFor(owner, name, version) as Entry
  const sorted = Object.entries(lock.packages).sort(([a], [b]) => (a < b ? -1 : 1))
  writeFileSync(path, `${JSON.stringify({ ...lock, packages: Object.fromEntries(sorted) }, null, 2)}\n`)
}

if (import.meta.main) {
  const lock = JSON.parse(readFileSync(path, 'utf8')) as LockFile
  if (process.argv.includes('--write')) complete(lock)
  const faults = checkLock(lock)
  for (const fault of faults) console.error(fault)
  process.exitCode = faults.length > 0 ? 1 : 0
}
