/** A moment as people read it: local time to the second. JSON answers carry ISO times. */
export function localTime(ms: number | null): string {
  if (ms === null) return '-'
  const at = new Date(ms)
  const two = (value: number) => String(value).padStart(2, '0')
  const day = `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`
  return `${day} ${two(at.getHours())}:${two(at.getMinutes())}:${two(at.getSeconds())}`
}
