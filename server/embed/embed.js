// Boxes of an alphanode archive, for any page:
//
//   <alphanode-post-meta slug="…"></alphanode-post-meta>
//   <alphanode-similar-posts slug="…"></alphanode-similar-posts>      or entity="…"
//
// One file, as a script or as a module, without dependencies. It builds nodes and never
// reads HTML, asks only the archive that it came from, and keeps nothing in the browser.
// docs/embedding.md of alphanode describes the attributes, the parts and the states.
(() => {
  'use strict'

  const patience = 20e3 // ms until an answer counts as not coming
  const fresh = 60e3 // ms for which an answer does for boxes that come later
  const calm = 300 // ms before a box says that it waits
  const unfolded = 40 // entries of a list that are seen at once
  const deepest = 6 // lists in each other

  // where the archive is

  // A module has no currentScript, and import.meta cannot be written where the file may also
  // run as a script; but whoever runs can see in a trace of calls where they came from.
  const seen = [document.currentScript?.src, new Error().stack, ...Array.from(document.scripts, script => script.src)]
  const home = /https?:\/\/[^\s()]+?(?=\/embed\.js\b)/.exec(seen.join(' '))?.[0]

  // web gives an address that can be followed from the page: of http or https, else nothing.
  const web = address => {
    try {
      const url = new URL(address, document.baseURI)
      return /^https?:$/.test(url.protocol) ? url.href : null
    } catch {
      return null
    }
  }

  // what the archive says

  // Exact is a number with the digits that were sent: JavaScript would round some.
  class Exact {
    constructor(digits) { this.digits = digits }
    valueOf() { return Number(this.digits) }
    toString() { return this.digits }
  }

  const parse = text => {
    const mark = `${Math.random()}:`
    const marked = text.replace(/("(?:[^"\\]+|\\.)*")|-?\d[-+.\deE]*/g, (found, string) => string ?? `"${mark}${found}"`)
    return JSON.parse(marked, (_, v) => typeof v === 'string' && v.startsWith(mark) ? new Exact(v.slice(mark.length)) : v)
  }

  const json = v => v instanceof Exact ? v.digits
    : Array.isArray(v) ? `[${v.map(json)}]`
    : v && typeof v === 'object' ? `{${Object.keys(v).map(k => `${JSON.stringify(k)}:${json(v[k])}`)}}`
    : JSON.stringify(v)

  // answers are what was asked, by address, with the boxes that show it: one request for
  // all boxes of a post.
  const answers = new Map()

  function join(address, show) {
    let a = answers.get(address)
    if (!a || a.state === 'ready' && Date.now() - a.at > fresh) {
      for (const [key, old] of answers) if (!old.boxes.size) answers.delete(key)
      answers.set(address, a = { address, boxes: new Set() })
    }
    a.boxes.add(show)
    if (!a.state || a.state === 'error') ask(a)
    return a
  }

  function leave(a, show) {
    a.boxes.delete(show)
    if (!a.boxes.size && a.state === 'loading') {
      a.stop.abort()
      answers.delete(a.address)
    }
  }

  async function ask(a) {
    a.state = 'loading'
    a.stop = new AbortController()
    const late = setTimeout(() => a.stop.abort(), patience)
    try {
      const response = await fetch(a.address, { signal: a.stop.signal, credentials: 'omit', headers: { accept: 'application/json' } })
      if (!response.ok) throw response.status
      a.data = parse(await response.text()).data
      a.state = 'ready'
    } catch {
      a.state = 'error'
    }
    clearTimeout(late)
    a.at = Date.now()
    for (const show of a.boxes) show()
  }

  // nodes

  // make makes an element: attributes, of which nothing given leaves one out, and what is in
  // it. Texts become text nodes.
  function make(name, attributes, ...inside) {
    const node = document.createElementNS(`http://www.w3.org/${/svg|rect/.test(name) ? '2000/svg' : '1999/xhtml'}`, name)
    for (const key in attributes) if (attributes[key] != null) node.setAttribute(key, attributes[key])
    node.append(...inside.flat(Infinity).filter(one => one != null))
    return node
  }

  const link = (address, text, rel) => {
    const href = address && web(address)
    return href ? make('a', { href, rel, part: 'link' }, text) : text
  }

  const soft = (...inside) => make('span', { class: 'alphanode-soft', part: 'note', dir: 'auto' }, ...inside)
  const code = text => make('code', {}, `${text}`)
  const ours = (...words) => make('span', { dir: 'ltr' }, ...words) // English, on pages from right to left too
  const grouped = n => `${n}`.replace(/\B(?=(\d{3})+$)/g, ',')
  const blank = text => !text.trim()
  const label = text => blank(text) ? JSON.stringify(text) : text
  const bold = name => [make('b', { dir: 'auto' }, label(name)), ': ']

  // text is what an author wrote, line by line.
  const text = t => t == null || t === '' ? null
    : blank(t) ? code(JSON.stringify(t))
    : make('span', { dir: 'auto' }, t.replace(/\n+$/, '').split('\n').map((line, i) => i ? [make('br'), line] : line))

  const item = t => text(t) ?? code('""')
  const truth = b => b ? 'yes' : 'no'

  function day(given) {
    if (!given) return null
    const date = new Date(given)
    if (isNaN(date)) return text(given)
    const months = 'Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec'.split(' ')
    const written = `${date.getUTCDate()} ${months[date.getUTCMonth()]} ${date.getUTCFullYear()}`
    return make('time', { datetime: given, dir: 'ltr' }, given.length > 10 ? `${written}, ${date.toISOString().slice(11, 16)} UTC` : written)
  }

  // list makes a list of what there is; what is behind the first entries is behind a fold.
  function list(of, entry) {
    if (!of?.length) return null
    const items = some => make('ul', {}, some.map(one => make('li', { part: 'item', dir: 'auto' }, entry(one))))
    const rest = of.slice(unfolded)
    return [items(of.slice(0, unfolded)), rest.length ? make('details', {}, make('summary', {}, ours(`${grouped(rest.length)} more`)), items(rest)) : null]
  }

  // table makes one of what is there of some named values.
  const table = (...rows) => {
    const there = rows.filter(([, value]) => value != null)
    return there.length ? make('table', {}, there.map(([name, value]) => make('tr', {}, make('th', { scope: 'row' }, name), make('td', {}, value)))) : 'none'
  }

  const bar = share => make('svg', { width: 100, height: 8, part: 'bar', 'aria-hidden': true },
    make('rect', { class: 'alphanode-faint', width: 100, height: 8 }), make('rect', { class: 'alphanode-fill', width: +share, height: 8 }))

  const picture = image => {
    const src = image && web(image.url)
    return src ? make('img', { src, alt: image.alt ?? '', part: 'image', loading: 'lazy', decoding: 'async', referrerpolicy: 'no-referrer',
      width: image.width, height: image.height }) : null
  }

  // the meta of a post

  // nested shows any value of JSON, lists as lists.
  function nested(v, depth) {
    if (typeof v === 'string') return item(v)
    if (depth <= deepest && Array.isArray(v) && v.length) return list(v, one => nested(one, depth + 1))
    if (depth <= deepest && v && typeof v === 'object' && !(v instanceof Exact) && Object.keys(v).length) return members(v, depth)
    return code(json(v))
  }

  const members = (v, depth) => list(Object.keys(v).sort(), name => [bold(name), nested(v[name], depth + 1)])

  // fieldsOf gives the fields of a post's meta in the order in which archives show them.
  function fieldsOf({ meta, terms }, to) {
    const term = (kind, name, known, type) => [link(known && to.term(kind, known.slug), name), type ? [' ', soft(type)] : null]
    const filter = (parameter, name) => name && link(name.trim() === name && to.filter(parameter, name), make('span', { dir: 'auto' }, name), 'nofollow')
    const { score, revision, payload, flags } = meta
    return [
      ['topic', text(meta.topic)],
      ['summary', text(meta.summary)],
      ['ai outline', list(meta.outline, one => [bold(one.label), item(one.text)])],
      ['ai brief', text(meta.brief)],
      ['stack', list(meta.stack, item)],
      ['tools', list(meta.tools.map((name, i) => [name, i]), ([name, i]) => term('tools', name, terms?.tools[i]))],
      ['code language', filter('codeLanguage', meta.codeLanguage)],
      ['language', filter('language', meta.language)],
      ['difficulty', filter('difficulty', meta.difficulty)],
      ['reading time', meta.readingTime && ours(`${grouped(meta.readingTime)} min`)],
      ['view count', meta.viewCount && grouped(meta.viewCount)],
      ['score', score && table(...['quality', 'freshness', 'depth', 'clarity'].map(name =>
        [name, score[name] && make('div', { class: 'alphanode-score' }, bar(score[name]), ` ${score[name]}`)]))],
      ['revision', revision && table(['status', text(revision.status)], ['version', text(revision.version)], ['last reviewed', day(revision.lastReviewed)])],
      ['reference', meta.reference && code(label(meta.reference))],
      ['hash', meta.hash && code(label(meta.hash))],
      ['flags', table(['ai generated style', truth(flags.aiGeneratedStyle)], ['has images', truth(flags.hasImages)],
        ['image heavy', truth(flags.imageHeavy)], ['needs human review', truth(flags.needsHumanReview)])],
      ['checklist', list(meta.checklist, item)],
      ['entities', list(meta.entities.map((e, i) => [e, i]), ([e, i]) => term('entities', e.name, terms?.entities[i], e.type))],
      ['image sources', list(meta.images, image => credit(image, to))],
      ['payload', payload && table(['source id', text(payload.sourceId)], ['generator', text(payload.generator)],
        ['paragraphs', payload.paragraphs && grouped(payload.paragraphs)], ['scenario', text(payload.scenario)], ['seed', payload.seed && code(payload.seed)])],
      ['addresses', list(meta.urls ?? [], item)],
      ['notes', list(meta.notes, item)],
      ['extra', meta.extra && Object.keys(meta.extra).length ? members(meta.extra, 0) : null],
    ].filter(([, value]) => value != null)
  }

  const credit = (image, to) => {
    const { url, caption, source, alt, width, height } = image
    const absolute = /^https?:\/\/([^/?#@]*@)?([^/?#]+)/i.exec(url)
    return [to.images ? picture(image) : null, caption ? [caption, make('br')] : null,
      soft(source ? [make('bdi', {}, source), ': '] : null, absolute ? link(url, absolute[2], 'nofollow noreferrer') : url),
      width ?? height ? [make('br'), soft(`${width ? grouped(width) : '?'} × ${height ? grouped(height) : '?'} pixels`)] : null,
      alt ? [make('br'), soft('alt: ', make('bdi', {}, alt))] : null]
  }

  const metaBox = (post, to) => make('dl', { part: 'list' }, fieldsOf(post, to).map(([name, value]) =>
    make('div', { part: 'field' }, make('dt', { part: 'name' }, name), make('dd', { part: 'value' }, value))))

  // similar posts

  // kinds of what posts have in common, in words, and where a bar of it lies: solid in three
  // heights, so that no colour is needed.
  const kinds = [['entity', 'entities', 1, 10], ['tool', 'tools', 3, 6], ['stack', 'stack terms', 5, 2]]

  const similarBox = (posts, to) => make('ol', { part: 'list' }, posts.map(post => {
    let end = 0
    const said = []
    const bars = kinds.map(([kind, words, y, height]) => {
      const sum = post.shared.reduce((sum, one) => one.kind === kind ? sum + +one.contribution : sum, 0)
      if (!sum) return null
      said.push(`${words} ${sum.toFixed(3)}`)
      end += sum * 100
      return make('rect', { class: 'alphanode-fill', x: (end - sum * 100).toFixed(2), y, width: Math.max(0, sum * 100 - .6).toFixed(2), height })
    })
    return make('li', { part: 'item' },
      to.images ? picture(post.image) : null,
      make(to.title, { part: 'title', dir: 'auto' }, link(to.post(post.slug), post.title)),
      make('svg', { viewBox: '0 0 100 12', preserveAspectRatio: 'none', part: 'bar', role: 'img', 'aria-label': `similarity ${(+post.similarity).toFixed(3)} of 1: ${said.join(', ')}` },
        make('rect', { class: 'alphanode-faint', y: 5.5, width: 100, height: 1 }), bars),
      make('p', { class: 'alphanode-soft', part: 'reason' }, ours('in common: ', reasons(post.shared))))
  }))

  // reasons names the most that two posts have in common, each name once.
  const reasons = shared => {
    const names = [...new Set(shared.map(one => one.name))]
    const more = names.length - 5
    return [names.slice(0, more > 1 ? 5 : 6).map((name, i) => [i ? ', ' : '', make('bdi', {}, name)]), more > 1 ? ` and ${more} more` : null]
  }

  // the elements

  const style = `
    :host { display: block; color: var(--alphanode-ink, inherit); font-family: var(--alphanode-font, inherit); overflow-wrap: anywhere;
      --soft: var(--alphanode-soft, color-mix(in srgb, currentColor 85%, transparent)); --line: var(--alphanode-line, color-mix(in srgb, currentColor 22%, transparent)); }
    :host([hidden]) { display: none; }
    section:focus { outline: none; }
    h1, h2, h3, h4, h5, h6, p, dl, dd, ul, ol, table { margin: 0; padding: 0; font-size: 1em; }
    .alphanode-heading { margin-block-end: .5em; font-size: 1.125em; }
    a { color: var(--alphanode-accent, inherit); text-underline-offset: .15em; display: inline-block; min-block-size: 24px; }
    a:focus-visible, summary:focus-visible, button:focus-visible { outline: .1875em solid var(--alphanode-accent, currentColor); outline-offset: .125em; }
    dl { columns: 18em; column-gap: 2em; }
    dl > div { break-inside: avoid; padding-block: .5em; border-block-start: 1px solid var(--line); }
    dt, th, .alphanode-soft, summary { color: var(--soft); font-weight: 400; text-align: start; }
    ul { padding-inline: 1em; list-style: "· "; }
    ol { list-style: none; display: grid; gap: 1.25em; grid-template-columns: repeat(auto-fill, minmax(min(17em, 100%), 1fr)); }
    table { border-collapse: collapse; }
    th, td { padding: 0; padding-inline-end: .75em; vertical-align: top; }
    code { font-family: ui-monospace, monospace; font-size: .9em; }
    svg, img { display: block; max-width: 100%; }
    img { height: auto; max-height: 9em; border-radius: .25em; margin-block-end: .25em; }
    ol svg { width: 100%; height: .75em; margin-block: .375em; }
    :host(:dir(rtl)) svg { transform: scaleX(-1); }
    .alphanode-score { display: flex; align-items: center; gap: .5em; }
    .alphanode-fill { fill: var(--alphanode-accent, currentColor); }
    .alphanode-faint { fill: var(--line); }
    summary { cursor: pointer; min-height: 1.5em; }
    button { font: inherit; color: inherit; background: none; border: 1px solid; border-radius: .375em; padding: .25em .75em; min-height: 2.5em; cursor: pointer; }
    @media (forced-colors: active) { .alphanode-fill { fill: CanvasText; } .alphanode-faint { fill: GrayText; } }`

  let sheet // one for all boxes; made of text by the object model, which no policy of the page forbids
  const dressed = root => {
    try {
      if (!sheet) (sheet = new CSSStyleSheet()).replaceSync(style)
      root.adoptedStyleSheets = [sheet]
    } catch { /* a browser without constructed sheets shows the box plain */ }
  }

  // Parts of what a server wrote, which are as those of what is built here.
  const partsOf = { dl: 'list', ol: 'list', 'dl > div': 'field', dt: 'name', dd: 'value', li: 'item', a: 'link', 'ol svg, .alphanode-score svg': 'bar',
    '.alphanode-heading': 'heading', 'li > :is(h3, h4)': 'title', 'ol p': 'reason', 'span.alphanode-soft': 'note' }

  const says = { loading: 'Loading…', missing: 'This is not in the archive.', error: 'The archive does not answer.' }

  // box makes an element: what stands above it, what it asks, and what it makes of the answer,
  // where nothing means that the archive does not have it and a text that there is nothing.
  const box = (words, asks, builds) => class extends HTMLElement {
    static observedAttributes = ['slug', 'entity', 'api', 'link', 'term-link', 'images', 'limit', 'heading']
    #root = this.attachShadow({ mode: 'open' })
    #internals = this.attachInternals()
    #answer
    #state
    #due
    #slow
    #show = () => this.#showAnswer()

    constructor() {
      super()
      dressed(this.#root)
      this.#root.append(make('slot'))
    }

    // state is what the box shows: loading, ready, empty, missing or error.
    get state() { return this.#state }

    connectedCallback() { this.#later() }
    disconnectedCallback() { this.#later() }
    attributeChangedCallback() { this.#later() }

    // #later does once what several changes ask for, and nothing where a box is only moved.
    // While the page is being read, what stands in the box may not have come yet.
    #later() {
      if (this.#due) return
      this.#due = true
      const follow = () => {
        this.#due = false
        this.#follow()
      }
      document.readyState === 'loading' ? document.addEventListener('DOMContentLoaded', follow, { once: true }) : queueMicrotask(follow)
    }

    #follow() {
      clearTimeout(this.#slow)
      const address = this.isConnected && this.#address()
      if (this.#answer && this.#answer.address !== address) {
        leave(this.#answer, this.#show)
        this.#answer = null
      }
      if (!this.isConnected) return
      if (!address) return this.#say('missing')
      if (!this.#answer && this.#adopt()) return
      if (this.#answer?.state === 'error') ask(this.#answer)
      this.#answer ??= join(address, this.#show)
      this.#show()
    }

    // #address is what is asked; nothing where the box does not say of what it is.
    #address() {
      const api = web(this.getAttribute('api') || home)?.replace(/[?#].*/, '').replace(/\/+$/, '')
      const question = asks(this.getAttribute('slug'), this.getAttribute('entity'))
      return api && question ? api + question : null
    }

    // #adopt takes over what the archive has written into the page for this post.
    #adopt() {
      const slug = this.getAttribute('slug')
      const copies = [...this.querySelectorAll('section[data-alphanode]')].filter(one => slug && one.dataset.slug === slug).map(one => one.cloneNode(true))
      for (const copy of copies) for (const which in partsOf) for (const node of copy.querySelectorAll(which)) node.part.add(partsOf[which])
      if (!copies.length) return false
      this.#put(...copies)
      this.#become('ready')
      return true
    }

    #showAnswer() {
      const { state, data } = this.#answer
      clearTimeout(this.#slow)
      if (state === 'ready') {
        const level = Math.min(6, parseInt(this.getAttribute('heading')) || 2)
        const inside = builds(data, this.#to(level), parseInt(this.getAttribute('limit')) || 6)
        if (!inside) return this.#say('missing')
        this.#put(make('section', { part: 'box' }, make(`h${level}`, { class: 'alphanode-heading', part: 'heading' }, words), inside))
        return this.#become(inside.part.contains('state') ? 'empty' : 'ready')
      }
      if (state === 'error' || !this.#state) return this.#say(state)
      this.#become(state)
      this.#slow = setTimeout(() => this.#say(state), calm)
    }

    // #to says where links lead.
    #to(level) {
      const api = this.#answer.address.replace(/\/v1\/[^/]*$/, '')
      const filled = (name, preset, words) => (this.getAttribute(name) || api + preset).replace(/\{(slug|kind)\}/g, (_, word) => encodeURIComponent(words[word]))
      return {
        post: slug => filled('link', '/posts/{slug}', { slug }),
        term: (kind, slug) => filled('term-link', '/{kind}/{slug}', { kind, slug }),
        filter: (name, value) => `${api}/?${new URLSearchParams([[name, value]])}`,
        images: this.hasAttribute('images'),
        title: `h${Math.min(6, level + 1)}`,
      }
    }

    // #say shows a state in words, where the page has nothing of its own to show meanwhile.
    #say(state) {
      if ([...this.childNodes].some(node => node.nodeType === 1 || !blank(node.data ?? ''))) {
        this.#put(make('slot'))
      } else {
        const again = state === 'error' ? make('button', { type: 'button', part: 'retry' }, 'Try again') : null
        again?.addEventListener('click', () => this.#later())
        this.#put(make('section', { part: 'box' }, make('p', { part: 'state', role: 'status' }, ours(says[state])), again))
      }
      this.#become(state)
    }

    // #put replaces what the box shows. Where that had focus, the box has it then.
    #put(...nodes) {
      const focused = this.#root.activeElement
      this.#root.replaceChildren(...nodes)
      if (!focused) return
      nodes[0].tabIndex = -1
      nodes[0].focus({ preventScroll: true })
    }

    #become(state) {
      if (this.#state === state) return
      this.#state = state
      this.#internals.ariaBusy = `${state === 'loading'}`
      try {
        this.#internals.states.clear()
        this.#internals.states.add(state)
      } catch { /* an older browser has the event alone */ }
      this.dispatchEvent(new CustomEvent('alphanode-state', { bubbles: true, detail: { state } }))
    }
  }

  // One address for all that boxes show of a post. It is that of a list, for a list without
  // the post is no error, and so no line in anybody's console.
  const ofPost = slug => `/v1/posts?${new URLSearchParams({ slug, fields: 'slug,title,meta', include: 'similar,terms', 'similar.limit': 10, limit: 1 })}`
  const ofEntity = entity => `/v1/similar?${new URLSearchParams({ entity, limit: 10 })}`

  const boxes = {
    'alphanode-post-meta': box('post meta', slug => slug && ofPost(slug), ([post], to) => post && metaBox(post, to)),
    'alphanode-similar-posts': box('Similar Posts', (slug, entity) => slug ? ofPost(slug) : entity && ofEntity(entity), (data, to, limit) => {
      const posts = data[0]?.meta || !data.length ? data[0]?.similar : data
      return posts && (posts.length ? similarBox(posts.slice(0, limit), to) : make('p', { part: 'state' }, ours('No similar posts.')))
    }),
  }

  // Another version of this file may have come first: its boxes are the page's then.
  for (const name in boxes) customElements.get(name) || customElements.define(name, boxes[name])
})()
