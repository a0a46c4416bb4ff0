import { Navigate, useSearchParams } from 'react-router'

/** Where people look for domains: a list of the page of tenants. */
export function Page() {
  const [asked] = useSearchParams()
  return <Navigate to={`/tenants?${new URLSearchParams([...asked, ['list', 'domains']])}`} replace />
}
