// The console of GraphQL: editors that know their lines, the answer in place, and what was
// asked before. Without this file the form asks by itself, and the server writes the answer.
// It is a module: its names are its own.
const form = document.querySelector('form[data-endpoint]')
const part = name => form.querySelector(`[name=${name}]`)
const query = part('query')
const variables = part('variables')
const operation = part('operationName')
const key = document.getElementById('key') // has no name: no form ever sends it, and nothing keeps it
const release = document.getElementById('pin')
const answer = document.getElementById('answer')
const facts = document.getElementById('facts')
const problems = document.getElementById('problems')
const body = document.getElementById('body')

// element makes one, with texts and other elements in it: never HTML from a text.
function element(name, properties, ...inside) {
  const made = Object.assign(document.createElement(name), properties)
  made.append(...inside)
  return made
}

// Editors. A textarea with its lines numbered beside it, those at fault marked by a cross.
// Tab goes on to the next control, as everywhere; Ctrl+] and Ctrl+[ move lines.
function editor(area) {
  const numbers = area.parentElement.querySelector('.numbers')
  let faulty = new Set()
  const number = () => {
    const lines = area.value.split('\n').length
    numbers.replaceChildren(...Array.from({ length: lines }, (_, i) =>
      faulty.has(i + 1) ? element('b', { className: 'bad' }, `×${i + 1}\n`) : `${i + 1}\n`))
    numbers.scrollTop = area.scrollTop
  }
  area.addEventListener('input', () => { faulty = new Set(); area.removeAttribute('aria-invalid'); number() })
  area.addEventListener('scroll', () => { numbers.scrollTop = area.scrollTop })
  area.addEventListener('keydown', event => {
    if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) {
      event.preventDefault()
      form.requestSubmit()
    } else if (event.key === 'Enter' && !event.shiftKey && !event.altKey && !event.isComposing) {
      event.preventDefault()
      breakLine(area)
    } else if (event.ctrlKey && !event.altKey && (event.key === ']' || event.key === '[')) {
      event.preventDefault()
      moveLines(area, event.key === ']')
    }
  })
  number()
  return {
    mark(lines) {
      faulty = new Set(lines)
      if (lines.length) area.setAttribute('aria-invalid', 'true')
      else area.removeAttribute('aria-invalid')
      number()
    },
    set(text) {
      area.value = text
      area.dispatchEvent(new Event('input'))
    },
    go(line, column) {
      const lines = area.value.split('\n')
      const at = lines.slice(0, line - 1).join('\n').length + (line > 1 ? 1 : 0) + column - 1
      area.focus()
      area.setSelectionRange(at, at)
      area.scrollTop = (line - 3) * parseFloat(getComputedStyle(area).lineHeight)
    },
  }
}

// insert writes in place of what is selected, so that the browser can undo it.
function insert(area, text) {
  if (!document.execCommand('insertText', false, text)) area.setRangeText(text, area.selectionStart, area.selectionEnd, 'end')
  area.dispatchEvent(new Event('input'))
}

// breakLine begins the next line as deep as this one, and deeper behind an opening bracket.
function breakLine(area) {
  const before = area.value.slice(0, area.selectionStart)
  const line = before.slice(before.lastIndexOf('\n') + 1)
  const depth = line.match(/^\s*/)[0]
  const opens = /[{([]\s*$/.test(line)
  const closes = opens && /^[})\]]/.test(area.value.slice(area.selectionEnd))
  insert(area, `\n${depth}${opens ? '  ' : ''}${closes ? `\n${depth}` : ''}`)
  if (closes) area.selectionStart = area.selectionEnd -= depth.length + 1
}

function moveLines(area, deeper) {
  const from = area.value.lastIndexOf('\n', area.selectionStart - 1) + 1
  const end = area.value.indexOf('\n', area.selectionEnd)
  const to = end < 0 ? area.value.length : end
  const moved = area.value.slice(from, to).replace(deeper ? /^/gm : /^ {1,2}/gm, deeper ? '  ' : '')
  area.setSelectionRange(from, to)
  insert(area, moved)
  area.setSelectionRange(from, from + moved.length)
}

const editors = { query: editor(query), variables: editor(variables) }

// Several operations in one text: which of them runs.
function listOperations() {
  const names = [...query.value.replace(/#.*|"""[^]*?"""|"(?:[^"\\\n]|\\.)*"/g, '').matchAll(/\bquery\s+([_A-Za-z]\w*)/g)].map(match => match[1])
  const chosen = operation.value
  operation.replaceChildren(...(names.length > 1 ? names : ['']).map(name => element('option', { value: name, selected: name === chosen }, name)))
  operation.closest('p').hidden = names.length < 2
}
query.addEventListener('input', listOperations)
listOperations()

// Asking. By GET, which caches keep, where the address is short enough, else by POST.
const longestAddress = 6000
let asking // what aborts the question before

form.addEventListener('submit', event => {
  event.preventDefault()
  run()
})

async function run() {
  asking?.abort()
  const mine = asking = new AbortController()
  let given
  try {
    given = variables.value.trim() ? JSON.parse(variables.value) : undefined
  } catch (fault) {
    return show({ problems: [{ in: 'variables', ...placeOf(fault.message, variables.value), message: `The variables are no JSON: ${fault.message}` }] })
  }
  const asked = { query: query.value, variables: given, operationName: operation.value || undefined, extensions: { cost: true } }
  const parameters = new URLSearchParams({ query: asked.query, extensions: '{"cost":true}' })
  if (given !== undefined) parameters.set('variables', variables.value)
  if (asked.operationName) parameters.set('operationName', asked.operationName)
  const headers = { accept: 'application/graphql-response+json, application/json;q=0.9' }
  if (key.value.trim()) headers.authorization = `Bearer ${key.value.trim()}`
  if (release.value.trim()) headers.release = release.value.trim()
  const address = `${form.dataset.endpoint}?${parameters}`
  const options = address.length <= longestAddress ? { headers } : { method: 'POST', headers: { ...headers, 'content-type': 'application/json' }, body: JSON.stringify(asked) }
  const late = setTimeout(() => { facts.textContent = 'Still waiting for the answer…' }, 300)
  answer.setAttribute('aria-busy', 'true')
  try {
    const response = await fetch(options.method ? form.dataset.endpoint : address, { ...options, cache: 'no-store', signal: mine.signal })
    const text = await response.text()
    show({ response, text, problems: problemsOf(response, text) })
    remember(asked.query, variables.value)
  } catch (fault) {
    if (fault.name !== 'AbortError') show({ problems: [{ message: `The server could not be reached: ${fault.message}. What is here stays; ask again.` }] })
  } finally {
    clearTimeout(late)
    if (mine === asking) answer.removeAttribute('aria-busy')
  }
}

// placeOf reads from what a browser says of JSON where it is wrong.
function placeOf(message, text) {
  const named = message.match(/line (\d+) column (\d+)/)
  if (named) return { line: Number(named[1]), column: Number(named[2]) }
  const counted = message.match(/position (\d+)/)
  const lines = text.slice(0, counted ? Number(counted[1]) : text.length).split('\n')
  return { line: lines.length, column: lines.at(-1).length + 1 }
}

// problemsOf reads the errors of an answer: those of GraphQL, or a problem of HTTP.
function problemsOf(response, text) {
  let read
  try { read = JSON.parse(text) } catch { return [{ message: `The answer is no JSON; its status is ${response.status}.` }] }
  if (read.errors && !read.code) {
    return read.errors.map(({ message, locations, path, extensions }) => ({ in: 'query', message, path: path?.join('.'), code: extensions?.code, ...locations?.[0] }))
  }
  return read.detail ? [{ message: read.detail, code: read.code }] : []
}

function show({ response, text = '', problems: found }) {
  facts.textContent = [found.length && (found.length === 1 ? '1 error' : `${found.length} errors`), ...(response ? told(response, text) : [])].filter(Boolean).join(' · ')
  problems.replaceChildren(...found.map(problem => element('li', {},
    ...(problem.line ? [placeButton(problem), ' '] : []), problem.message,
    ...[problem.path, problem.code].filter(Boolean).map(word => element('span', { className: 'soft' }, ` ${word}`)))))
  problems.hidden = !found.length
  for (const [name, { mark }] of Object.entries(editors)) mark(found.filter(problem => problem.in === name && problem.line).map(problem => problem.line))
  if (response) body.textContent = indent(text)
  body.parentElement.hidden = !response && !body.textContent
}

function placeButton({ in: name, line, column }) {
  const button = element('button', { type: 'button' }, `${name} line ${line}, column ${column}`)
  button.addEventListener('click', () => editors[name].go(line, column))
  return button
}

// told is what the headers of an answer, and its extensions, tell of how it came about.
function told(response, text) {
  const header = name => response.headers.get(name) ?? ''
  const total = header('server-timing').match(/total;dur=([\d.]+)/)
  const calls = header('server-timing').match(/desc="(\d+) calls?"/)
  const cost = text.slice(-200).match(/"cost":\{"requested":(\d+),"actual":(\d+)\}/)
  const cache = header('cache-status').replace(/^[^;]*;\s*/, '').replace('fwd=', '')
  return [
    `status ${response.status}`, total && `${total[1]} ms`, calls && `${calls[1]} store ${calls[1] === '1' ? 'call' : 'calls'}`,
    cost && `cost ${cost[2]}, requested ${cost[1]}`, cache && `cache ${cache}`, header('release') && `release ${header('release')}`,
    `${text.length.toLocaleString('en')} characters`,
  ]
}

// indent puts JSON in lines without reading its numbers, which have more digits than a
// number of this language. What is very long is cut.
const longestShown = 500000
function indent(json) {
  let depth = 0, out = '', open = false
  const line = () => `\n${'  '.repeat(depth)}`
  for (const [token] of json.matchAll(/"[^"\\]*(?:\\.[^"\\]*)*"|[{}[\],:]|[^\s{}[\],:"]+/g)) {
    const closes = token === '}' || token === ']'
    if (closes) depth--
    if (open !== closes) out += line() // what is empty stays in its line
    open = token === '{' || token === '['
    if (open) depth++
    out += token === ':' ? ': ' : token === ',' ? `,${line()}` : token
    if (out.length > longestShown) return `${out}\n… cut here; the whole answer has ${json.length.toLocaleString('en')} characters`
  }
  return out
}

// History: what was asked, on this computer alone. A text that has a key in it is not kept.
const kept = 'alphanode.graphiql.history'
const mostKept = 30
const looksLikeKey = /alphanode_[0-9a-f]{8}/
const list = document.getElementById('history')
let past = []
try { past = JSON.parse(localStorage.getItem(kept)) ?? [] } catch { /* closed or spoilt: begin anew */ }
if (!Array.isArray(past)) past = []

function store() {
  try { localStorage.setItem(kept, JSON.stringify(past)) } catch { /* closed or full: this page remembers alone */ }
  list.replaceChildren(...past.map(({ query, variables }) => {
    const name = query.match(/\bquery\s+(\w+)/)?.[1] ?? query.replace(/\s+/g, ' ').slice(0, 60)
    const button = element('button', { type: 'button', title: query }, variables.trim() ? `${name} ${variables.replace(/\s+/g, ' ').slice(0, 60)}` : name)
    button.addEventListener('click', () => {
      editors.query.set(query)
      editors.variables.set(variables)
      document.getElementById('query').focus()
    })
    return element('li', {}, button)
  }))
  document.getElementById('no-history').hidden = past.length > 0
  document.getElementById('clear').disabled = past.length === 0
}
store()

function remember(query, variables) {
  if (looksLikeKey.test(query + variables)) return
  past = [{ query, variables }, ...past.filter(one => one.query !== query || one.variables !== variables)].slice(0, mostKept)
  store()
  const shown = new URLSearchParams({ query, ...(variables.trim() && { variables }), ...(form.dataset.pin && { release: form.dataset.pin }) })
  if (`${shown}`.length <= longestAddress) history.replaceState(null, '', `${location.pathname}?${shown}`) // so that a reload, or a link, has it
}

document.getElementById('clear').addEventListener('click', () => {
  past = []
  store()
  facts.textContent = 'The history is empty now.'
})

// The schema beside the editor: its pages, one at a time. Links lead on in place.
const reference = document.getElementById('reference')
let looking
async function look(address) {
  looking?.abort()
  const mine = looking = new AbortController()
  try {
    const response = await fetch(address, { headers: { accept: 'text/html' }, signal: mine.signal })
    const found = new DOMParser().parseFromString(await response.text(), 'text/html').getElementById('reference-page')
    if (!response.ok || !found) throw new Error(`its status is ${response.status}`)
    document.getElementById('reference-page').replaceWith(found)
    const at = new URL(address, location).hash.slice(1)
    return at && document.getElementById(at) || found
  } catch (fault) {
    if (fault.name !== 'AbortError') location.href = address // the page by itself says what is wrong
  }
}
reference?.addEventListener('click', async event => {
  const link = event.target.closest('a[href]')
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey || !link.pathname.startsWith(form.dataset.reference)) return
  event.preventDefault()
  const found = await look(link.href)
  if (!found) return
  found.tabIndex = -1
  found.focus()
  found.scrollIntoView({ block: 'nearest' })
})
const find = reference?.querySelector('form')
let typed
find?.addEventListener('input', () => {
  clearTimeout(typed)
  typed = setTimeout(() => look(`${find.action}?${new URLSearchParams(new FormData(find))}`), 150)
})
find?.addEventListener('submit', event => {
  event.preventDefault()
  look(`${find.action}?${new URLSearchParams(new FormData(find))}`)
})
