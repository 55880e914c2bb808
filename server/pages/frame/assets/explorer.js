// Comfort only: every page works without this file. It copies requests, fills in what no kept page can
// hold, and brings the next list without a new page.
'use strict'
{
  const say = document.body.appendChild(Object.assign(document.createElement('p'), { className: 'hidden' }))
  say.setAttribute('role', 'status')
  const all = (selector, within = document) => [...within.querySelectorAll(selector)]

  // Copy: the text beside the button, or the address that it names. The button keeps focus and width; the outcome is announced.
  document.addEventListener('click', async event => {
    const button = event.target.closest('[data-copy]')
    if (!button) return
    const code = button.closest('figure')?.querySelector('code') ?? document.querySelector('.request code')
    const label = button.firstChild
    button.dataset.label ??= label.data
    try {
      await navigator.clipboard.writeText(button.dataset.copy || code.textContent)
      label.data = 'Copied'
    } catch {
      label.data = 'Select it'
      getSelection().selectAllChildren(code)
    }
    say.textContent = label.data
    setTimeout(() => { label.data = button.dataset.label; say.textContent = '' }, 1500)
  })

  // "/" goes to the search field, unless somebody is typing.
  document.addEventListener('keydown', event => {
    if (event.key !== '/' || event.ctrlKey || event.metaKey || event.altKey || event.target.closest('input, select, textarea, [contenteditable]')) return
    const field = document.querySelector('input[type=search]')
    if (field) { event.preventDefault(); field.focus(); field.select() }
  })

  // What differs from one request to the next comes with Server-Timing: time, calls of the store, and releases.
  const fill = timings => {
    const of = name => timings.filter(t => t.name === name)
    const [total] = of('total'), [store] = of('store'), [release] = of('release')
    for (const at of all('[data-took]')) {
      if (total && store) at.textContent = `in ${total.duration.toPrecision(2)} ms · ${store.description.replace(' ', ' store ')}`
    }
    if (!release) return
    for (const at of all('[data-release]')) at.textContent = `Release ${release.description}`
    for (const select of all('[data-pick] select')) {
      if (select.options[0].text === 'current') select.options[0].text = `${release.description}, current`
      for (const { description } of of('pin')) {
        if (!all('option', select).some(o => o.text === description)) select.add(new Option(description))
      }
      select.onchange = () => select.form.requestSubmit()
    }
  }
  fill(performance.getEntriesByType('navigation')[0]?.serverTiming ?? [])
  const timingsOf = header => [...(header ?? '').matchAll(/(\w+)(?:;dur=([\d.]+))?(?:;desc="([^"]*)")?/g)]
    .map(([, name, duration, description]) => ({ name, duration: +duration, description }))

  // Long facets: type to narrow. What is chosen stays in sight. Where none is left, the whole list is asked.
  const narrow = async box => {
    const want = box.value.trim().toLowerCase()
    const rows = () => all('label', box.parentElement)
    const more = box.parentElement.querySelector('details')
    if (want && more) more.open = true
    let left = 0
    for (const row of rows()) {
      const fits = row.textContent.toLowerCase().includes(want)
      row.hidden = !fits && !row.querySelector(':checked')
      left += fits
    }
    if (left || want.length < 2) return
    try {
      const { data } = await (await fetch(`${box.dataset.narrow}?sort=-postCount&limit=8&q=${encodeURIComponent(want)}`)).json()
      if (box.value.trim().toLowerCase() !== want) return
      for (const { slug, name, postCount } of data) {
        const row = rows()[0].cloneNode(true)
        Object.assign(row.querySelector('input'), { value: slug, checked: false })
        row.querySelector('span').textContent = name
        row.querySelector('data').textContent = ''
        row.querySelector('svg')?.remove()
        row.title = `${postCount} posts in the archive`
        row.hidden = false
        more.querySelector('.more').append(row)
      }
    } catch { /* the list of all is a link away */ }
  }
  document.addEventListener('input', event => { if (event.target.matches('[data-narrow]')) narrow(event.target) })

  // The next list, in place: the same address is asked, and its parts take the place of those that are shown.
  const form = document.getElementById('find')
  if (form) {
    const parts = ['.request', '.status', '.side', '#results', '.figures']
    const field = form.elements.q
    let asking, resting, typing = false

    const address = () => {
      const values = [...new FormData(form)].filter(([, value]) => value !== '')
      const query = new URLSearchParams(values).toString()
      return form.action + (query && '?' + query)
    }
    // Focus and opened parts are found again by what they are called.
    const nameOf = e => e?.id ? '#' + e.id : e?.name ? `[name="${e.name}"][value="${CSS.escape(e.value)}"]` : null
    const openOf = () => all('details').map(d => d.open && (d.dataset.part ?? d.className))
    const put = page => {
      const focused = parts.some(p => document.activeElement.closest(p)) && nameOf(document.activeElement)
      const open = new Set(openOf().filter(Boolean))
      const typed = Object.fromEntries(all('[data-narrow]').map(b => [b.dataset.narrow, b.value]))
      for (const part of parts) {
        const old = document.querySelector(part), next = page.querySelector(part)
        if (old && next) old.replaceWith(next)
      }
      for (const d of all('details')) if (open.has(d.dataset.part ?? d.className)) d.open = true
      for (const b of all('[data-narrow]')) if (typed[b.dataset.narrow]) { b.value = typed[b.dataset.narrow]; narrow(b) }
      if (focused) document.querySelector(focused)?.focus({ preventScroll: true })
      document.title = page.title
    }
    const wrong = (text, url) => {
      document.querySelector('#failed')?.remove()
      const note = Object.assign(document.createElement('p'), { id: 'failed', className: 'note bad' })
      note.setAttribute('role', 'alert')
      note.append(text + ' What you see is from before. It is safe to ', Object.assign(document.createElement('a'), { href: url, textContent: 'try again' }), '.')
      document.getElementById('results').before(note)
    }
    const show = async (url, then) => {
      asking?.abort()
      const mine = asking = new AbortController()
      const waiting = setTimeout(() => {
        const line = document.querySelector('.status [data-took]')
        if (line) line.textContent = `looking for “${field.value || 'all posts'}”…`
      }, 300)
      try {
        const response = await fetch(url, { signal: mine.signal, headers: { accept: 'text/html' } })
        const page = new DOMParser().parseFromString(await response.text(), 'text/html')
        if (mine !== asking) return
        if (!response.ok) return wrong(page.querySelector('[data-problem]')?.textContent ?? `The server answered ${response.status}.`, url)
        then?.()
        put(page)
        document.querySelector('#failed')?.remove()
        fill(timingsOf(response.headers.get('server-timing')))
        clearTimeout(resting)
        resting = setTimeout(() => { say.textContent = document.querySelector('.status b')?.textContent ?? ''; typing = false }, 1000)
        return page
      } catch (error) {
        if (error.name !== 'AbortError' && mine === asking) wrong('The server cannot be reached.', url)
      } finally {
        clearTimeout(waiting)
      }
    }
    // The first letter of a word is a step in the history, those that follow take its place.
    const go = (url, step) => show(url, () => {
      if (url !== location.href) history[step ? 'pushState' : 'replaceState'](null, '', url)
    })
    let soon
    const typed = () => { const step = !typing; typing = true; go(address(), step) }
    field.addEventListener('input', () => { clearTimeout(soon); soon = setTimeout(typed, 150) })
    form.addEventListener('submit', event => { event.preventDefault(); clearTimeout(soon); go(address(), !typing); typing = false })
    document.addEventListener('change', event => {
      if (event.target.form === form && event.target !== field) { clearTimeout(soon); typing = false; go(address(), true) }
    })
    document.addEventListener('click', event => {
      const link = event.target.closest('.chips .off, .pages a')
      if (!link || event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return
      event.preventDefault()
      typing = false
      go(link.href, true).then(page => {
        if (!page) return
        field.value = page.querySelector('#q').value
        if (link.closest('.pages')) document.getElementById('results').scrollIntoView()
      })
    })
    addEventListener('popstate', () => show(location.href).then(page => { if (page) field.value = page.querySelector('#q').value }))
  }
}
