import type { Arguments } from './arguments.ts'

interface MailConditions {
  readonly findings?: readonly string[]
  readonly onError?: true
}

/**
 * Conditions of commands that list affected mail: options of the same name as text, `--finding` as a list parted by
 * commas, and `--on-error`. What was not given is not there.
 */
export function readMailConditions(given: Arguments, names: readonly string[]): MailConditions {
  const texts = names.map((name) => [name, given.text(name)] as const)
  const findings = given
    .text('finding')
    ?.split(',')
    .map((each) => each.trim())
    .filter((each) => each !== '')
  return {
    ...Object.fromEntries(texts.filter(([, value]) => value !== undefined)),
    ...(findings && { findings }),
    ...(given.flag('on-error') && { onError: true }),
  }
}
