// Plain JavaScript on purpose: it runs on whatever Node started npm, before Node 24 is here.
// With --build it builds the console too, when its sources are newer than what is there; with --try-build a console
// that cannot be built is told and stops nothing, because mail flows without it.
// Installs the dependencies when they are missing or older than the lock file, so that
// `npm start` and `npm test` are the only commands a fresh clone needs.
import { spawnSync } from 'node:child_process'
import { existsSync, statSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))
const stamp = `${root}node_modules/.package-lock.json`

if (!isInstalled()) {
  console.error('Installing dependencies (once, and again when package-lock.json changes) ...')
  const run = spawnSync('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd: root,
    stdio: ['ignore', process.stderr, process.stderr],
  })
  if (run.status !== 0) {
    console.error(
      'The installation failed. Is the npm registry reachable? Try `npm ci` to see its own words.',
    )
    process.exit(run.status ?? 1)
  }
}

if (process.argv.includes('--build') || process.argv.includes('--try-build')) {
  const run = spawnSync(process.execPath, [`${root}scripts/build-console.mjs`], { stdio: 'inherit' })
  if (run.status !== 0 && process.argv.includes('--build')) process.exit(run.status ?? 1)
}

function isInstalled() {
  if (!existsSync(`${root}node_modules/.bin/node`) || !existsSync(stamp)) return false
  return statSync(stamp).mtimeMs >= statSync(`${root}package-lock.json`).mtimeMs - 1000
}
