import classes from './account.module.css'

/** A QR code as one path: black on white, also where the page is dark. @param rows # for a dark square */
export function QrCode({ rows, label }: { readonly rows: readonly string[]; readonly label: string }) {
  const size = rows.length
  const path = rows
    .flatMap((row, y) => [...row].flatMap((each, x) => (each === '#' ? [`M${x + 2} ${y + 2}h1v1h-1z`] : [])))
    .join('')
  return (
    <svg className={classes.qr} viewBox={`0 0 ${size + 4} ${size + 4}`} role="img" aria-label={label}>
      <path fill="#fff" d={`M0 0h${size + 4}v${size + 4}h-${size + 4}z`} />
      <path fill="#000" d={path} />
    </svg>
  )
}
