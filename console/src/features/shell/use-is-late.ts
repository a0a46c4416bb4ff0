import { useEffect, useState } from 'react'

/** From when on somebody is told that he waits for the server, and not for himself. */
const lateMs = 2000

/** Whether something that is waited for takes long. */
export function useIsLate(isWaiting: boolean): boolean {
  const [isLate, setLate] = useState(false)
  useEffect(() => {
    if (!isWaiting) return
    const timer = window.setTimeout(() => setLate(true), lateMs)
    return () => {
      window.clearTimeout(timer)
      setLate(false)
    }
  }, [isWaiting])
  return isLate
}
