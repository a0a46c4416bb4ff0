const words = (text: string): ReadonlySet<string> => new Set(text.split(' '))

/** Elements that go through; of every other the tags fall and the text stays. */
export const allowedElements = words(
  'a abbr address article aside b bdi bdo big blockquote body br caption center cite code col colgroup dd del dfn div dl dt em figcaption figure font footer h1 h2 h3 h4 h5 h6 header hr i img ins kbd li main mark nav ol p pre q s samp section small span strike strong sub sup table tbody td tfoot th thead time tr tt u ul var wbr',
)
/** Elements whose text is no text for people: it falls with them. */
export const droppedWithText = words('script style title iframe noembed noframes')
export const voidElements = words('br col hr img wbr')

/** A paragraph that is open ends where one of these begins, as in every browser. */
export const endsParagraph = words(
  'address article aside blockquote center div dl figcaption figure footer h1 h2 h3 h4 h5 h6 header hr main nav ol p pre section table ul',
)
export const tableParts = words('caption col colgroup tbody td tfoot th thead tr')
/** Within these only parts of a table may stand. */
export const tableInsides = words('table tbody tfoot thead tr colgroup')
export const cells = words('td th caption')
/** What opens one of these ends the one before it, up to the list around them. */
export const listItems: Readonly<Record<string, ReadonlySet<string>>> = {
  li: words('li'),
  dt: words('dt dd'),
  dd: words('dt dd'),
}
export const lists = words('ul ol dl table td th caption')

/** What begins only where the elements named have ended. */
export const endedBy: Readonly<Record<string, ReadonlySet<string>>> = {
  td: words('td th caption colgroup'),
  th: words('td th caption colgroup'),
  tr: words('td th caption tr colgroup'),
  tbody: words('td th caption tr tbody thead tfoot colgroup'),
  thead: words('td th caption tr tbody thead tfoot colgroup'),
  tfoot: words('td th caption tr tbody thead tfoot colgroup'),
  caption: words('td th caption tr tbody thead tfoot colgroup'),
  colgroup: words('td th caption tr tbody thead tfoot colgroup'),
  col: words('td th caption tr tbody thead tfoot'),
}
