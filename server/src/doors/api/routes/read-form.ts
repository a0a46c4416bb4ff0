/** Fields of a form, as text; those that are not there are empty. */
export function readForm<const Name extends string>(
  body: unknown,
  names: readonly Name[],
): Record<Name, string> {
  const fields = body instanceof URLSearchParams ? body : new URLSearchParams()
  return Object.fromEntries(names.map((name) => [name, fields.get(name) ?? ''])) as Record<Name, string>
}
