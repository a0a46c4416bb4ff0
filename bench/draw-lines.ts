interface Line {
  readonly name: string
  readonly points: readonly (readonly [number, number])[]
}

const [width, height, margin] = [900, 360, 60]
const colours = ['#1f5fa8', '#b4541a', '#3b7d3b', '#7a3b8f']

/** Lines over one axis as an SVG picture; values from 0. */
export function drawLines(axis: string, lines: readonly Line[]): string {
  const all = lines.flatMap((each) => each.points)
  const mostX = Math.max(1, ...all.map(([x]) => x))
  const mostY = roundUp(Math.max(1, ...all.map(([, y]) => y)))
  const x = (value: number) => margin + (value / mostX) * (width - 2 * margin)
  const y = (value: number) => height - margin - (value / mostY) * (height - 2 * margin)
  const grid = [0, 0.25, 0.5, 0.75, 1].map((share) => {
    const at = y(mostY * share).toFixed(1)
    return `<path d="M${margin} ${at}H${width - margin}" stroke="#ddd"/><text x="${margin - 8}" y="${at}" text-anchor="end">${mostY * share}</text>`
  })
  const drawn = lines.map(({ name, points }, i) => {
    const path = points.map(([at, value]) => `${x(at).toFixed(1)} ${y(value).toFixed(1)}`).join('L')
    const colour = colours[i % colours.length]
    return `<path d="M${path}" fill="none" stroke="${colour}"/><text x="${margin + 250 * i}" y="24" fill="${colour}">${name}</text>`
  })
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" font-family="sans-serif" font-size="13">
<rect width="100%" height="100%" fill="#fff"/>
${[...grid, ...drawn].join('\n')}
<text x="${width - margin}" y="${height - margin + 24}" text-anchor="end">${Math.round(mostX)} ${axis}</text>
</svg>
`
}

/** The next of 1, 2, 4, 8, 10, 20, 40 … that is no smaller. */
function roundUp(value: number): number {
  const ten = 10 ** Math.floor(Math.log10(value))
  return ([1, 2, 4, 8].find((each) => each * ten >= value) ?? 10) * ten
}
