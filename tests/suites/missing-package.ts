/**
 * What a suite does when its package is not installed: locally it is skipped with the reason, on CI it fails,
 * because scripts/install-test-services.sh should have installed it.
 * @returns options for `describe`
 */
export function unlessInstalled(installed: boolean, packageName: string): { skip?: string } {
  if (installed) return {}
  if (process.env.CI)
    throw new Error(`the package ${packageName} is missing; run scripts/install-test-services.sh`)
  return { skip: `the package ${packageName} is not installed (scripts/install-test-services.sh)` }
}
