// Comfort only: every page works without this file.
'use strict'
{
  const all = (selector, within = document) => [...within.querySelectorAll(selector)]
  const make = (tag, properties) => Object.assign(document.createElement(tag), properties)
  const say = document.body.appendChild(make('p', { className: 'hidden', role: 'status' }))

  // Copy: the text beside the button, or the address that it names.
  document.addEventListener('click', async ({ target }) => {
    const button = target.closest('[data-copy]')
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
  const plain = event => !(event.ctrlKey || event.metaKey || event.altKey || event.shiftKey || event.button)
  document.addEventListener('keydown', event => {
    const field = document.querySelector('input[type=search]')
    if (event.key !== '/' || !field || !plain(event) || event.target.closest('input, select, textarea, [contenteditable]')) return
    event.preventDefault()
    field.focus()
    field.select()
  })

  // What no kept page can hold comes with Server-Timing.
  const fill = timings => {
    const of = name => timings.filter(t => t.name === name)
    const [total] = of('total'), [store] = of('store'), [release] = of('release')
    if (!release) return
    for (const at of all('[data-took]')) at.textContent = `in ${+total.duration.toPrecision(2)} ms · ${store.description.replace(' ', ' store ')}`
    for (const at of all('[data-release]')) at.textContent = `Release ${release.description}`
    for (const select of all('[data-pick] select')) {
      if (!select.selectedIndex) select.options[0].text = `${release.description}, current`
      for (const { description } of of('pin')) {
        if (!all('option', select).some(o => o.text === description)) select.add(new Option(description))
      }
      select.onchange = () => {
        const url = new URL(location)
        url.searchParams.set('release', select.value)
        location = url
      }
    }
  }
  fill(performance.getEntriesByType('navigation')[0]?.serverTiming ?? [])

  // Long facets: type to narrow. Where none is left, all are asked.
  const narrow = async box => {
    const want = box.value.trim().toLowerCase()
    const rows = all('label', box.parentElement)
    const more = box.parentElement.querySelector('details')
    if (want) more.open = true
    const left = rows.filter(row => {
      const fits = row.textContent.toLowerCase().includes(want)
      row.hidden = !fits && !row.querySelector(':checked')
      return fits
    })
    if (left.length || want.length < 2) return
    const release = document.querySelector('[data-pick] select')?.value
    const response = await fetch(`${box.dataset.narrow}?sort=-postCount&limit=8&q=${encodeURIComponent(want)}`, { headers: release ? { release } : {} }).catch(() => {})
    if (!response?.ok || box.value.trim().toLowerCase() !== want) return
    for (const { slug, name } of (await response.json()).data) {
      const row = rows[0].cloneNode(true)
      Object.assign(row.querySelector('input'), { value: slug, checked: false })
      row.querySelector('span').textContent = name
      for (const figure of all('data, svg', row)) figure.remove()
      row.hidden = false
      more.lastElementChild.append(row)
    }
  }
  document.addEventListener('input', ({ target }) => { if (target.matches('[data-narrow]')) narrow(target) })

  // The next list: its address is asked, and its parts take their places.
  const form = document.getElementById('find')
  const field = form?.elements.q
  if (field) {
    const parts = ['#pin', '.request', '.status', '.side', '#results', '.figures']
    let at = location.search, asking, resting, soon, typing = false

    const address = () => {
      const query = new URLSearchParams([...new FormData(form)].filter(([, value]) => value)).toString()
      return form.action + (query && '?' + query)
    }
    const nameOf = e => e.id ? '#' + e.id : e.name && `[name="${e.name}"][value="${CSS.escape(e.value)}"]`
    const partOf = d => d.dataset.part ?? d.parentElement.className
    const put = page => {
      const focused = parts.some(p => document.activeElement.closest(p)) && (nameOf(document.activeElement) || '#results')
      const open = all('details').filter(d => d.open).map(partOf)
      for (const part of parts) document.querySelector(part)?.replaceWith(page.querySelector(part))
      for (const d of all('details')) if (open.includes(partOf(d))) d.open = true
      if (focused) (document.querySelector(focused) ?? document.querySelector('#results')).focus({ preventScroll: true })
      at = location.search
      document.title = page.title
    }
    const note = make('p', { className: 'note bad', role: 'alert' })
    const wrong = (text, url) => {
      note.replaceChildren(text + ' What you see is from before. It is safe to ', make('a', { href: url, textContent: 'try again' }), '.')
      document.querySelector('.browse').before(note)
    }
    const show = async (url, then) => {
      asking?.abort()
      const mine = asking = new AbortController()
      const waiting = setTimeout(() => { document.querySelector('[data-took]').textContent = `looking for “${field.value}”…` }, 300)
      try {
        const response = await fetch(url, { signal: mine.signal, headers: { accept: 'text/html' } })
        const page = new DOMParser().parseFromString(await response.text(), 'text/html')
        if (mine !== asking) return
        if (!response.ok) return wrong(page.querySelector('[data-problem]')?.textContent ?? `The server answered ${response.status}.`, url)
        then?.()
        put(page)
        note.remove()
        fill([...(response.headers.get('server-timing') ?? '').matchAll(/(\w+)(?:;dur=([\d.]+))?(?:;desc="(.*?)")?/g)]
          .map(([, name, duration, description]) => ({ name, duration: +duration, description })))
        clearTimeout(resting)
        resting = setTimeout(() => { say.textContent = document.querySelector('.status b').textContent; typing = false }, 1000)
        return page
      } catch (error) {
        if (mine === asking) wrong('The server cannot be reached.', url)
      } finally {
        clearTimeout(waiting)
      }
    }
    // The first letter of a word is a step in the history.
    const go = step => {
      clearTimeout(soon)
      const url = step.href ?? address()
      return show(url, () => { if (url !== location.href) history[step ? 'pushState' : 'replaceState'](null, '', url) })
    }
    const back = page => { if (page) field.value = page.getElementById('q').value }
    field.addEventListener('input', () => {
      clearTimeout(soon)
      clearTimeout(resting)
      soon = setTimeout(() => { const step = !typing; typing = true; go(step) }, 150)
    })
    form.addEventListener('submit', event => { event.preventDefault(); go(!typing); typing = false })
    document.addEventListener('change', ({ target }) => { if (target.form === form && target !== field) { typing = false; go(true) } })
    document.addEventListener('click', event => {
      const link = event.target.closest('.chips .off, .pages a')
      if (!link || !plain(event)) return
      event.preventDefault()
      typing = false
      go(link).then(page => { back(page); if (link.matches('.pages a')) document.getElementById('results').scrollIntoView() })
    })
    addEventListener('popstate', () => { if (at !== location.search) show(location.href).then(back) })
  }
}
