/**
 * Of what was typed into a form, by field: what is another than in what the form shows. Nothing else is sent, since nobody
 * has meant it: what somebody else has changed meanwhile in other fields stays.
 */
export function changedIn<Value extends object>(seen: Value, typed: Partial<Value>): Partial<Value> {
  const fields = Object.entries(typed).filter(([name, value]) => value !== seen[name as keyof Value])
  return Object.fromEntries(fields) as Partial<Value>
}
