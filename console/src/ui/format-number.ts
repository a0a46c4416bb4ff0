const counts = new Intl.NumberFormat('en-GB')
const shortCounts = new Intl.NumberFormat('en-GB', { notation: 'compact', maximumFractionDigits: 1 })

/** `12,345` */
export function formatCount(count: number): string {
  return counts.format(count)
}

/** `12.3K`, where there is little room. */
export function formatShort(count: number): string {
  return shortCounts.format(count)
}

/** `1 message`, `12,345 messages` */
export function countOf(count: number, one: string, many: string = `${one}s`): string {
  return `${formatCount(count)} ${count === 1 ? one : many}`
}

/** `820 bytes`, `12 kB`, `3.4 MB`: powers of ten, as disks have them. */
export function formatBytes(bytes: number): string {
  if (bytes < 1000) return `${bytes} bytes`
  for (const [size, word] of [
    [1e9, 'GB'],
    [1e6, 'MB'],
    [1e3, 'kB'],
  ] as const)
    if (bytes >= size) return `${(bytes / size).toFixed(bytes / size < 10 ? 1 : 0)} ${word}`
  return `${bytes} bytes`
}

/** A share of one as `12 %`, `0.4 %`. */
export function formatShare(share: number): string {
  const percent = share * 100
  return `${percent > 0 && percent < 1 ? percent.toFixed(1) : Math.round(percent)} %`
}
